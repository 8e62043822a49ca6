"""What waits in the outgoing table comes out as it went in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import reply_json
from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone

texts = st.text(max_size=20)
tones = st.sampled_from(Tone)
buttons = st.builds(Button, label=texts, action=st.just("1:course:3"), tone=tones) | st.builds(
    Button, label=texts, url=st.just("https://example.jp/"), tone=tones
)
some_buttons = st.lists(buttons, max_size=3).map(tuple)
cards = st.builds(
    Card,
    title=texts,
    lines=st.lists(texts, max_size=3).map(tuple),
    badge=texts,
    reason=texts,
    buttons=some_buttons,
    detailed=st.booleans(),
)
days = st.none() | st.dates()
views = (
    st.builds(Text, body=texts)
    | cards
    | st.builds(Cards, cards=st.lists(cards, max_size=3).map(tuple))
    | st.builds(Choices, body=texts, buttons=some_buttons, columns=st.integers(1, 4))
    | st.builds(DatePicker, body=texts, action=texts, label=texts, earliest=days, latest=days, initial=days)
    | st.builds(Image, url=texts, alt=texts)
)
replies = st.builds(Reply, views=st.lists(views, max_size=4).map(tuple), buttons=some_buttons, in_place=st.booleans())


@given(replies)
def test_any_reply_comes_back_equal(reply: Reply) -> None:
    assert reply_json.loads(reply_json.dumps(reply)) == reply


def test_days_come_back_as_days() -> None:
    picker = DatePicker(body="いつ", action="1:day", label="えらぶ", earliest=date(2026, 6, 1))
    (view,) = reply_json.loads(reply_json.dumps(Reply(views=(picker,)))).views
    assert view == picker


def test_fields_of_a_newer_program_are_left_out() -> None:
    text = '{"v":1,"views":[{"text":{"body":"やあ","voice":"soft"}}],"buttons":[],"in_place":false,"more":1}'
    assert reply_json.loads(text) == Reply(views=(Text(body="やあ"),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"v":2,"views":[],"buttons":[],"in_place":false}',
        '{"v":1}',
        '{"v":1,"views":[{"hologram":{}}],"buttons":[],"in_place":false}',
        '{"v":1,"views":[{"text":{}}],"buttons":[],"in_place":false}',
        '{"v":1,"views":[{"text":{"body":"a"},"card":{}}],"buttons":[],"in_place":false}',
    ],
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind of error is all that callers rely on
        reply_json.loads(text)
