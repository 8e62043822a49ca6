"""Any Reply that could be built, however odd: what the renderers must keep inside each platform's limits."""

from datetime import date

from hypothesis import strategies as st

from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone

# Long enough to meet every limit, made of what counts differently in each unit.
_PIECES = st.sampled_from(
    [
        "講座",
        "a",
        "<b>&",
        "👨‍👩‍👧",
        "が",
        "\n",
        "\t",
        "：",
        " ",
        "\u200d",
        "\x00",
        "\ud800",
        "🎌",
        "e\u0301",
        "&amp;",
        "　",
    ]
)
words = st.one_of(
    st.text(max_size=30),
    st.lists(_PIECES, max_size=40).map("".join),
    st.builds(lambda piece, times: piece * times, _PIECES, st.sampled_from([1, 25, 400, 1700, 5200])),
)
labels = st.one_of(words, st.sampled_from(["くわしく", "申し込む", "興味なし", "キャンセル待ちをする"]))
codes = st.one_of(st.just("1:find"), st.just("1:apply:123:2"), st.just("1:" + "x" * 62))
links = st.sampled_from(
    [
        "https://example.com/c/1",
        "https://例え.jp/講座?q=書道",
        "tel:0420000000",
        "javascript:alert(1)",
        "http://localhost:8000/c/1",
        "https://",
        "http://[",
        "https://example.com/" + "x" * 3000,
        "not a link",
    ]
)
tones = st.sampled_from(Tone)
buttons = st.one_of(
    st.builds(Button, label=labels, action=codes, tone=tones),
    st.builds(Button, label=labels, url=links, tone=tones),
)


def rows(most: int) -> st.SearchStrategy[tuple[Button, ...]]:
    return st.lists(buttons, max_size=most).map(tuple)


cards = st.builds(
    Card,
    title=words,
    lines=st.one_of(st.lists(words, max_size=4).map(tuple), words.map(lambda line: (line,) * 45)),
    badge=words,
    reason=words,
    buttons=rows(5),
    detailed=st.booleans(),
)
days = st.one_of(st.none(), st.dates(), st.dates(date(2026, 11, 1), date(2027, 1, 31)))
views = st.one_of(
    st.builds(Text, body=words),
    cards,
    st.builds(Cards, cards=st.one_of(st.lists(cards, max_size=3).map(tuple), cards.map(lambda card: (card,) * 13))),
    st.builds(
        Choices,
        body=words,
        buttons=st.one_of(rows(6), buttons.map(lambda button: (button,) * 120)),
        columns=st.integers(0, 5),
    ),
    st.builds(DatePicker, body=words, action=codes, label=labels, earliest=days, latest=days, initial=days),
    st.builds(Image, url=links, alt=words),
)
replies = st.builds(Reply, views=st.lists(views, max_size=4).map(tuple), buttons=rows(15))
