"""Views as HTML that Telegram takes: cut first, escaped after, so that no cut falls into an entity or a tag."""

import html as signs
from dataclasses import dataclass

from bot.channels.facts import label_and_value
from bot.channels.limits import clean, cut_utf16, split_utf16, utf16_length
from handlers.messages import Button, Card

_SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, and its length as Telegram counts it: UTF-16 units of what is read."""

    html: str
    length: int


def escape(text: str, limit: int) -> Block:
    """Plain words."""
    words = cut_utf16(clean(text), limit)
    return Block(signs.escape(words, quote=False), utf16_length(words))


def bold(text: str, limit: int) -> Block:
    """Words that stand out."""
    plain = escape(text, limit)
    return Block(f"<b>{plain.html}</b>" if plain.html else "", plain.length)


def paragraphs(text: str, limit: int) -> list[Block]:
    """A text of any length as blocks that fit one message each."""
    return [escape(piece, limit) for piece in split_utf16(clean(text), limit)]


def join(blocks: list[Block], separator: str = _SEPARATOR) -> Block:
    """Blocks one below the other."""
    shown = [block for block in blocks if block.html]
    length = sum(block.length for block in shown) + len(separator) * max(len(shown) - 1, 0)
    return Block(separator.join(block.html for block in shown), length)


def fits(blocks: list[Block], limit: int) -> bool:
    """Whether the blocks go into one message."""
    return join(blocks).length <= limit


def card(card: Card, limit: int, *, number: int | None = None) -> Block:
    """A card as one block in the limit, losing facts from the end before its title, badge or reason."""
    for facts in (40, 12, 6, 3, 0):
        found = _card(card, facts, number, longest=1000 if facts == 40 else 200)
        if found.length <= limit:
            return found
    return _card(Card(title=card.title), 0, number, longest=max(limit - 8, 1))


def cards(cards: tuple[Card, ...], limit: int) -> list[Block]:
    """Numbered cards below each other. Where all of them are too long together, each gets an equal share."""
    numbers = list(range(1, len(cards) + 1)) if len(cards) > 1 else [None]
    whole = [card(one, limit, number=number) for one, number in zip(cards, numbers, strict=False)]
    if not fits(whole, limit):
        share = limit // len(cards) - len(_SEPARATOR)
        whole = [card(one, share, number=number) for one, number in zip(cards, numbers, strict=False)]
    return [block for block in whole if block.html]


def _card(card: Card, facts: int, number: int | None, *, longest: int) -> Block:
    title = clean(card.title)
    numbered = f"{number}. {title}" if number is not None else title
    head = [bold(numbered, min(longest, 240)), escape(f"［{clean(card.badge)}］" if clean(card.badge) else "", 60)]
    lines = [_fact(line, longest, detailed=card.detailed) for line in card.lines[:facts]]
    tail = [
        escape(f"→ {clean(card.reason)}" if clean(card.reason) else "", longest),
        escape(numbers_to_call(card.buttons), 200),
    ]
    return join([join(head, " "), *lines, *tail], "\n")


def _fact(line: str, longest: int, *, detailed: bool) -> Block:
    """A line; on a detailed card with what it is about in bold."""
    fact = label_and_value(clean(line)) if detailed else None
    if fact is None:
        return escape(line.replace("\t", "："), longest)
    return join([bold(fact[0], 60), escape(fact[1], longest)], " ")


def numbers_to_call(buttons: tuple[Button, ...]) -> str:
    """Telephone links as words: Telegram refuses them as buttons, and makes them tappable in a text."""
    calls = (button for button in buttons if button.url.startswith("tel:"))
    return "\n".join(f"{button.label} {button.url.removeprefix('tel:')}" for button in calls)
