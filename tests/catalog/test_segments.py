"""Whom an announcement reaches."""

from datetime import UTC, datetime

import pytest

from catalog.database import Database
from catalog.models import (
    ChannelAccount,
    Course,
    InboxEvent,
    Interest,
    Person,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Resident,
)
from catalog.segments import Segment, SegmentError, parse_segment, recipients
from tests.conftest import TOKYO

NOW = datetime(2026, 6, 10, 1, tzinfo=UTC)


def test_a_whole_segment_is_read() -> None:
    text = "age:65+,6-12,30 field:health_care area:田無,谷戸 platform:line\u3000registered:123 language:ja"
    assert parse_segment(text) == Segment(
        ages=((65, None), (6, 12), (30, 30)),
        fields=("health_care",),
        areas=("田無", "谷戸"),
        platforms=(Platform.LINE,),
        registered=(123,),
        languages=("ja",),
    )
    assert parse_segment("") == parse_segment("  ") == Segment()
    assert parse_segment("area:田無 area:谷戸").areas == ("田無", "谷戸"), "a key may come twice"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour:red", "colour:red.*使えるのは age:"),
        ("田無", "「田無」がわかりません"),
        ("age:", "値がありません"),
        ("age:old", "65\\+"),
        ("age:12-6", "順が逆"),
        ("platform:sms", "line か telegram"),
        ("registered:abc", "数字"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(SegmentError, match=said):
        parse_segment(text)


@pytest.fixture
async def town(database: Database) -> Database:
    """1: grandmother in 田無, LINE. 2: mother of an eight-year-old, both platforms. 3: nothing known, Telegram.
    4: has blocked us."""
    async with database.transaction() as db:
        db.add_all(
            [
                Course(id=123, source="t", source_id="1", title="体操", updated_at=NOW),
                Resident(id=1, area="田無", created_at=NOW),
                Resident(id=2, area="谷戸", language="en", created_at=NOW),
                Resident(id=3, created_at=NOW),
                Resident(id=4, area="田無", created_at=NOW),
            ]
        )
        await db.flush()
        db.add_all(
            [
                _account(1, Platform.LINE, "U1"),
                _account(2, Platform.LINE, "U2"),
                _account(2, Platform.TELEGRAM, "22"),
                _account(3, Platform.TELEGRAM, "33"),
                _account(4, Platform.LINE, "U4", blocked_at=NOW),
                InboxEvent(platform=Platform.LINE, event_id="e", address="U2", payload="", received_at=NOW),
                Interest(resident_id=1, field_code="health_care"),
                Person(resident_id=1, birth_year=1956, birth_month=6, created_at=NOW),  # 70
                Person(resident_id=2, age_min=30, age_max=44, age_told_at=NOW, created_at=NOW),
                Person(resident_id=2, relation=Relation.CHILD, birth_year=2018, birth_month=6, created_at=NOW),  # 8
                Person(resident_id=4, birth_year=1950, created_at=NOW),
                _registration(1, RegistrationState.CANCELLED),
                _registration(2, RegistrationState.WAITLISTED),
            ]
        )
    return database


def _account(resident_id: int, platform: Platform, address: str, blocked_at: datetime | None = None) -> ChannelAccount:
    return ChannelAccount(
        resident_id=resident_id, platform=platform, address=address, blocked_at=blocked_at, created_at=NOW
    )


def _registration(resident_id: int, state: RegistrationState) -> Registration:
    return Registration(
        receipt=str(resident_id), course_id=123, resident_id=resident_id, state=state, created_at=NOW, changed_at=NOW
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [1, 2, 3]),
        ("age:65+", [1]),
        ("age:6-12", [2]),  # the child
        ("age:40", [2]),  # may be, by the band
        ("age:45-64", []),
        ("age:65+,6-12", [1, 2]),
        ("field:health_care", [1]),
        ("field:music", []),
        ("area:田無", [1]),
        ("area:田無,谷戸", [1, 2]),
        ("area:田無 age:6-12", []),
        ("platform:line", [1, 2]),
        ("platform:telegram", [2, 3]),
        ("language:en", [2]),
        ("registered:123", [2]),
    ],
)
async def test_who_is_in_it(town: Database, text: str, found: list[int]) -> None:
    async with town.reading() as db:
        people = await recipients(db, parse_segment(text), NOW, zone=TOKYO)
    assert [resident_id for resident_id, _platform, _address in people] == found


async def test_each_is_reached_once_where_they_last_wrote(town: Database) -> None:
    async with town.reading() as db:
        assert await recipients(db, Segment(), NOW, zone=TOKYO) == [
            (1, Platform.LINE, "U1"),
            (2, Platform.LINE, "U2"),
            (3, Platform.TELEGRAM, "33"),
        ]
        assert await recipients(db, parse_segment("platform:telegram language:en"), NOW, zone=TOKYO) == [
            (2, Platform.TELEGRAM, "22")
        ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("field:helth", "「helth」はありません.*health_care"), ("area:田無し", "「田無し」"), ("registered:9", "講座9")],
)
async def test_a_slip_of_the_pen_is_said_and_reaches_nobody(town: Database, text: str, said: str) -> None:
    async with town.reading() as db:
        with pytest.raises(SegmentError, match=said):
            await recipients(db, parse_segment(text), NOW, zone=TOKYO)
