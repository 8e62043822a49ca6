"""Short texts that tap a button: 「2番目のを申し込む」, 「はい」, 「もっと見せて」, or the words on the button itself.

What an answer showed is kept with the conversation for as long as it may be answered. A text that means one of its
buttons does what the button does; any other text goes on to be understood.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalog.reading.normalise import fold
from handlers.actions import decode, encode
from handlers.messages import Button, Card, Cards, Choices, Reply

_YES = re.compile(
    r"はい|うん|ええ|おねがい(?:します)?|お願い(?:します|いたします)?|いいです|よい|ok|おーけー|yes|そうです|そうする"
)
_NO = re.compile(
    r"いいえ|いや|ううん|やめ(?:る|ます|とく|ておく)|やっぱり?やめる?|no|けっこうです|結構です|ちがう|違う|違います"
)
_OF_A_COURSE = ("course", "apply", "course.save", "course.similar")
_OF_A_SEARCH = ("find.refine", "find.wish", "find.more")
_LEAVES = ("mine.cancel_yes", "party.leave_yes", "offer.no", "mine.cancel")
_CONFIRMS = (
    "apply.yes",
    "offer.yes",
    "mine.cancel_yes",
    "party.leave_yes",
    "friends.who",
    "friends.join",
    "friends.code",
)
_DECLINES = ("offer.no", "mine.show", "course")

_KANJI = "一二三四五六七八九十"
_ORDINAL = re.compile(
    rf"(?:上から|うえから)?(?:(?P<number>\d{{1,2}}|[{_KANJI}])(?:番目?|ばんめ?|つ目|つめ|個目|件目)?"
    r"|(?P<first>さいしょ|最初|一番上|1番上|いちばんうえ)|(?P<last>さいご|最後|一番下|1番下|いちばんした))"
    r"(?P<what>(?:の|を|に|が|で|は)?(?:講座|やつ|もの|ほう|方)?(?:の|を|に|が|で|は)?(?P<verb>.{0,12}))"
)
_APPLICATION = r"(?:申し?込み?|もうしこみ|予約|よやく|参加|さんか)"
_POLITELY = r"(?:です|ます|ください|いたします|します|と思い|とおもい|かな|か|な|ね|よ|わ|けど|の|ん|が)*"
# Only what wishes or asks to: 「申込一覧」 is about what has been applied for, 「申込キャンセル」 the very opposite.
_APPLY = re.compile(
    r"(?:を|に)?(?:(?:する|します|しとく|決め|きめ).{0,6}"
    rf"|{_APPLICATION}(?:を|で|も)?(?:する|し(?:たい|ます|よう|とく|ておく|とい?て|て)|でき(?:る|ます)|希望|おねがい|お願い)?{_POLITELY}"
    rf"|(?:申し?込|もうしこ)(?:む|みたい|みます|もう|んで|んどいて|め(?:る|ます)){_POLITELY}"
    rf"|(?:行き|いき)(?:たい|ます){_POLITELY})"
)
_WAIT = re.compile(
    rf"(?:空き|あき|席)?(?:が出るまで|まで)?(?:を)?(?:待|ま)(?:つ|ち(?:ます|たい)|って(?:い|み|おき)?ます){_POLITELY}"
)
_AFTER_ALL = r"(?:やっぱり?|やはり)?"
_COMING = re.compile(
    _AFTER_ALL + rf"(?:行|い)(?:く|き(?:ます|たい)|け(?:る|ます)(?:ように)?(?:なりました|なった)?){_POLITELY}"
    rf"|{_AFTER_ALL}(?:参加(?:する|します|したい)|このまま(?:で|に)?(?:する|します)?){_POLITELY}"
)
_NOT_COMING = re.compile(
    rf"{_AFTER_ALL}{_APPLICATION}?(?:を|の)?(?:取り?消|とりけ|きゃんせる|やめ|欠席|(?:行|い)け(?:ない|ません|なく)|参加でき(?:ない|ません|なく))"
    rf"(?:を|る|り|し|て|する|した|たい|ました|なった|なって|なり|しまった|しまい|お願い|おねがい|{_POLITELY})*"
)
_TOGETHER = re.compile(r"(?:友だち|友達|ともだち).{0,4}(?:いっしょ|一緒|さそ|誘|呼|よび|よん).{0,10}")
_CARE = re.compile(r"(?:保育|預け|あずけ|託児).{0,10}")
_CANCEL = re.compile(r"(?:を)?(?:取り?消|とりけ|きゃんせる|やめ).{0,6}")
_DISMISS = re.compile(r"(?:は)?(?:興味なし|興味ない|いらない|いりません|おすすめしないで)")
_DETAILS = re.compile(
    r"(?:について)?(?:もっと)?(?:くわしく|詳しく|見たい|みたい|見る|みる|見せて|みせて|教えて|おしえて|気になる|きになる)?"
    r"(?:です|ください|ほしい)?"
)
_THIS = r"(?:これ|それ|この講座|その講座)?(?:に|を|が)?"
_ABOUT = re.compile(
    _THIS
    + r"(?:は|の)?(?:(?:いつ|何時|なんじ|場所|ばしょ|どこ|会場|住所|持ち物|もちもの|いくら|料金|費用|対象|何歳).{0,8}"
    + r"|(?:何|なに)を?(?:持|も)(?:って(?:い|ゆ)?[くけ]|てば).{0,6}|(?:保育|託児|ほいく)(?:って|は)?いくら.{0,5}"
    + rf"|{_APPLICATION}(?:は|の)?(?:いつ|期限|締め?切|しめきり|方法|しかた|仕方|必要|不要|費|条件|人数).{{0,4}}"
    + r"|(?:締め?切り?|しめきり|期限|定員)(?:は|が)?(?:いつ|いつまで|何人|なんにん)?(?:です)?か?)"
)
_MORE = re.compile(
    r"もっと(?:見せて|見たい|みせて|みたい|ある|ない|教えて|おしえて)?|つぎ|次(?:は|のぺーじ|の10件)?|続き.{0,5}"
    r"|(?:他|ほか)(?:に|の|は|には|にも|にも?何か|のは|の講座)?(?:ある|あります|ない|ありません|見せて|みせて|おしえて|教えて)?か?"
)
_CHEAPER = re.compile(r"(?:もっと|もう少し|いちばん|一番)?(?:安い|やすい|安く|やすく).{0,8}")
_NEARER = re.compile(r"(?:もっと|もう少し|いちばん|一番)?(?:近い|ちかい|近く|ちかく|近所).{0,8}")

# A short text that changes one condition of the search shown: another day, a later hour, with a child.
_CHANGES: Mapping[str, re.Pattern[str]] = {
    "free": _CHEAPER,
    "near": _NEARER,
    "anyday": re.compile(r"(?:ほか|他|別|べつ)の(?:日|ひ|日にち|日程|曜日|ようび|時期).{0,10}"),
    "anywhere": re.compile(r"(?:ほか|他|別|べつ)の(?:場所|ばしょ|会場|所|ところ|公民館|地域).{0,10}"),
    "late": re.compile(r"(?:もっと|もう少し|もうちょっと)?(?:遅|おそ)(?:い|く|め)(?:の|時間|じかん)?.{0,8}"),
    "early": re.compile(r"(?:もっと|もう少し|もうちょっと)?(?:早|はや)い(?:の|時間|じかん).{0,8}"),
    "kids": re.compile(
        r"(?:子ども|こども|子供)(?:で)?も(?:行け|いけ|参加|でき|大丈夫|だいじょうぶ|いい|よい|おーけー|ok).{0,5}"
    ),
}
_MOST_NAMED = 4

_APPLIED_FOR = rf"{_APPLICATION}(?:予定|ずみ|済み?|中)?(?:した|する|んだ|してる|している)?(?:の|講座|こうざ)*"
_SEEN = (
    r"(?:見る|みる|見たい|みたい|見せて|みせて|教えて|おしえて|知りたい|(?:確認|かくにん)(?:する|したい|します|して)?)"
)
_LISTED = rf"(?:(?:一覧|いちらん|りすと|状況|じょうきょう|状態|内容|ないよう|履歴)(?:の|を|が)?{_SEEN}?|{_SEEN})"

# What can be asked for at any time by its name on the menu, or in few words that name just that.
_ANYWHERE: Mapping[str, str] = {
    r"めにゅー|menu": "home",
    r"家族|かぞく|(?:誰|だれ)(?:が|を)?(?:登録|とうろく).{0,8}": "family",
    r"(?:くらし|暮らし|生活)の(?:悩み|なやみ|困りごと)(?:から)?(?:さがす|探す)?": "find.issues",
    # Of what has been applied for: nothing else is asked about out of the blue.
    r"(?:持ち物|もちもの|服装)(?:は|って)?(?:何|なに|いる|いります|必要|ひつよう)?(?:です)?か?": "mine",
    r"(?:家族|子ども|こども|子供|孫|娘|息子|母|父|親|妻|夫).{0,2}(?:追加|登録|足し|足す|加え).{0,5}": "family.add",
    r"かれんだー|予定表?|予定を見.*|すけじゅーる": "mine.calendar",
    r"保存した講座.{0,5}": "mine.saved",
    r"(?:年齢|年代)を?(?:変|直).{0,5}": "settings.age",
    r"(?:興味|分野)を?(?:変|直).{0,5}": "settings.fields",
    r"(?:住所|地域)を?(?:変|直).{0,5}": "settings.area",
    # Pointing at nothing: the list is gone, so it begins with looking again.
    rf"(?:\d{{1,2}}|[{_KANJI}])(?:番目?|つ目|つめ)[のにをがは].{{0,10}}": "find",
    r"(?:これ|それ)?(?:に|を)?申し?込(?:む|みたい|みます).{0,3}": "find",
    rf"{_APPLIED_FOR}(?:を|が|は)?{_LISTED}{_POLITELY}": "mine",
    rf"(?:終わった|おわった|過去の|取り?消した){_APPLICATION}(?:の|を)?{_LISTED}?": "mine.past",
    rf"{_APPLIED_FOR}(?:内容)?(?:を|の)?(?:変更|へんこう|変え|かえ|直).{{0,6}}": "mine",
    rf"{_APPLICATION}(?:を|の)?(?:取り?消|とりけ|きゃんせる|やめ).{{0,6}}": "mine.cancel",
    r"連携.{0,5}|(?:line|らいん|telegram|てれぐらむ).{0,16}(?:連携|つなげ|つなぎ|つなぐ).{0,4}": "link",
    r".{0,8}(?:明日|あした|今日|きょう|来週|今週)(?:だ|でし)(?:よね|っけ|ったよね|ったっけ|たっけ)": "mine",
    r"(?:ばか|あほ|くそ|うざい?|むかつく|しね|死ね|だまれ|黙れ|きもい?|使えない|役立たず).{0,4}": "help.calm",
    r".*(?:死にたい|しにたい|自殺したい|消えてしまいたい|生きていたくない).*": "help.comfort",
}


def shown(reply: Reply) -> dict[str, Any]:
    """What of a reply a text may point at: labels with their codes, and the codes of each card."""
    cards = [card for view in reply.views if isinstance(view, Cards) for card in view.cards]
    buttons = list(reply.buttons)
    for view in reply.views:
        if isinstance(view, Card | Choices):
            buttons = [*view.buttons, *buttons]
    if len(cards) == 1:
        buttons = [*cards[0].buttons, *buttons]
    return {
        "labels": {_folded(button.label): button.action for button in reversed(buttons) if button.action},
        "cards": [_codes(card.buttons) for card in cards],
    }


def meant(text: str, shown: Mapping[str, Any]) -> str:
    """The code of the button that the text means, of those shown; empty where it means none of them."""
    said = fold(text)
    labels: dict[str, str] = shown.get("labels", {})
    cards: list[list[str]] = shown.get("cards", [])
    codes = list(labels.values())
    if said in labels:
        return labels[said]
    if cards and (found := _of_card(said, cards)):
        return found
    if _YES.fullmatch(said):
        return _named(codes, *_CONFIRMS)
    if _NO.fullmatch(said) and _named(codes, *_CONFIRMS):
        return _named(codes, *_DECLINES)
    if found := _wished(said, labels):
        return found
    if len(said) <= 12 and _ABOUT.fullmatch(said):
        return _only(codes, "mine.show") or _courses([code for card in cards for code in card] or codes)
    if cards and _MORE.fullmatch(said):
        return _named(codes, "find.more", "recommend", "find")
    change = next((what for what, pattern in _CHANGES.items() if pattern.fullmatch(said)), "")
    return _changed(codes, change) if change else ""


def _wished(said: str, labels: Mapping[str, str]) -> str:
    """To apply, to wait, not to come, childcare: the one button for it, if there is one."""
    codes = list(labels.values())
    if _COMING.fullmatch(said) and _named(codes, "mine.cancel_yes"):
        return _named(codes, "mine.show")
    if _COMING.fullmatch(said) and (asked := _named(codes, "offer.yes", "friends.who")):
        return asked
    if re.fullmatch(_THIS + _APPLY.pattern, said):
        return _only(codes, "offer.yes", "apply.yes", "apply")
    if _WAIT.fullmatch(said):
        return _only([code for label, code in labels.items() if "待" in label], "apply.yes", "apply")
    if _NOT_COMING.fullmatch(said):
        return _only(codes, *_LEAVES)
    named = "care" if _CARE.fullmatch(said) else "friends.invite" if _TOGETHER.fullmatch(said) else ""
    return _only(codes, named) if named else ""


def answers_an_offer(text: str) -> bool:
    """Whether this may be said of a seat that was offered a while ago: yes or no, in a few words."""
    said = fold(text)
    return any(pattern.fullmatch(said) for pattern in (_YES, _NO, _COMING, _NOT_COMING))


def labelled(text: str, shown: Mapping[str, Any]) -> str:
    """The code of the button with just these words on it; empty where none has them."""
    labels: dict[str, str] = shown.get("labels", {})
    return labels.get(fold(text), "")


def anywhere(text: str) -> str:
    """The code of what is asked for by its name, whatever was shown; empty where nothing is."""
    said = fold(text)
    return next((encode(name) for pattern, name in _ANYWHERE.items() if re.fullmatch(pattern, said)), "")


@lru_cache(maxsize=1_000)  # the same few labels stand under every answer
def _folded(label: str) -> str:
    return fold(label)


def _of_card(said: str, cards: list[list[str]]) -> str:
    """「2番目のを申し込む」: the card by its number, and its button by the verb."""
    found = _ORDINAL.fullmatch(said)
    if found is None:
        return ""
    at = len(cards) - 1 if found["last"] else _number(found["number"] or "1") - 1
    if not 0 <= at < len(cards):
        return ""
    verb = found["verb"]
    if _APPLY.fullmatch(verb):
        return _named(cards[at], "apply", "course")
    if _DISMISS.fullmatch(verb):
        return _named(cards[at], "course.dismiss")
    if _CANCEL.fullmatch(verb):
        return _named(cards[at], "mine.cancel")
    # 「3歳」 begins with a number too: what follows it must be said of a card, or be nothing.
    asks = _DETAILS.fullmatch(verb) or _ABOUT.fullmatch(verb)
    return _named(cards[at], "mine.show", "course") if asks and _is_pointing(found) else ""


def _is_pointing(found: re.Match[str]) -> bool:
    counted = found["first"] or found["last"] or found[0] == found["number"]
    return bool(counted or re.search(r"番|ばん|目|め", found[0][:6]) or re.match(r"[のをが]", found["what"]))


def _number(numeral: str) -> int:
    return _KANJI.index(numeral) + 1 if numeral in _KANJI else int(numeral)


def _codes(buttons: tuple[Button, ...]) -> list[str]:
    return [button.action for button in buttons if button.action]


def _named(codes: list[str], *names: str) -> str:
    """The first code of the first of these names that is there."""
    for name in names:
        for code in codes:
            action = decode(code)
            if action is not None and action.name == name:
                return code
    return ""


def _only(codes: list[str], *names: str) -> str:
    """As `_named`, and empty where the name is there twice: it would be a guess."""
    found = _named(codes, *names)
    name = found.split(":")[1] if found else ""
    return found if len({code for code in codes if code.split(":")[1] == name}) == 1 else ""


def _courses(codes: list[str]) -> str:
    """The one course that the buttons are about, or the question which of the first few is meant."""
    actions = [action for code in codes if (action := decode(code)) and action.name in _OF_A_COURSE]
    ids = tuple(dict.fromkeys(action.text(0) for action in actions))
    if len(ids) == 1:
        return encode("course", ids[0])
    return encode("course.which", *ids[:_MOST_NAMED]) if ids else ""


def _changed(codes: list[str], what: str) -> str:
    """The search that is shown, with one condition changed; of some also where no search is shown."""
    actions = [action for code in codes if (action := decode(code)) and action.name in _OF_A_SEARCH]
    if actions:
        return encode("find.refine", actions[0].text(0), what)
    return encode(f"find.{what}") if what in ("free", "near") else ""
