"""What anybody may open: course pages, calendar files, health. Everything shown is escaped, nothing odd is an error."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
import pytest_asyncio
from icalendar import Calendar
from sqlalchemy import select, text, update
from sqlmodel import col

from catalog import registration, residents
from catalog.course_changes import raise_version
from catalog.models import Course, CourseRules, Platform, Resident
from catalog.registration import Request
from catalog.search.loading import load_entries
from tests.bot.outside import heard, phone_of
from tests.conftest import TOKYO
from tests.dialogues.script import Player
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def web(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stage.service.settings.public_url, timeout=60) as client:
        yield client


async def course_id(stage: Stage, source_id: str) -> int:
    async with stage.service.database.reading() as db:
        found = await db.scalar(select(col(Course.id)).where(col(Course.source_id) == source_id))
    assert found is not None
    return found


async def test_a_course_has_a_page(stage: Stage, web: httpx.AsyncClient) -> None:
    page = await web.get(f"/c/{await course_id(stage, 'D01')}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for shown in ("はじめてのヨガ教室", "先着・のこり20", "6月20日(土) 10:00〜11:30", "カレンダーに入れる"):
        assert shown in page.text


async def test_a_page_allows_no_scripts(stage: Stage, web: httpx.AsyncClient) -> None:
    for path, status in ((f"/c/{await course_id(stage, 'D01')}", 200), ("/c/999999", 404)):
        page = await web.get(path)
        assert page.status_code == status
        policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert "script-src" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in page.text


async def test_what_staff_wrote_is_escaped(stage: Stage, web: httpx.AsyncClient) -> None:
    found = await course_id(stage, "D01")
    wrong = "<script>alert('ヨガ')</script>\"><img src=x onerror=alert(1)>&amp;"
    await rename(stage, found, wrong)
    try:
        page = await web.get(f"/c/{found}")
        calendar = Calendar.from_ical((await web.get(f"/c/{found}.ics")).content)
    finally:
        await rename(stage, found, "はじめてのヨガ教室")
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;alert(&#39;ヨガ&#39;)&lt;/script&gt;" in page.text
    assert "&amp;amp;" in page.text
    assert calendar.walk("VEVENT")[0]["summary"] == wrong


async def rename(stage: Stage, found: int, title: str) -> None:
    """As the import does it: the index follows the catalogue's version."""
    async with stage.service.database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == found).values(title=title))
        await raise_version(db)
    await stage.service.catalogue.load(stage.service.database)


@pytest.mark.parametrize(
    "path",
    [
        "/c/0",
        "/c/999999",
        f"/c/{2**31}",
        f"/c/{2**63}",
        f"/c/{2**64}",
        "/c/" + "9" * 5000,
        "/c/-1",
        "/c/1.5",
        "/c/abc",
        "/c/",
        "/c/%00",
        "/c/1%20OR%201=1",
        "/c/999999.ics",
        "/c/" + "9" * 5000 + ".ics",
        "/calendar/unknown.ics",
        "/calendar/%00.ics",
        "/calendar/%F0%9F%98%80.ics",
        "/calendar/" + "a" * 5000 + ".ics",
        "/calendar/.ics",
        "/calendar/%27%20OR%201=1.ics",
        "/ticket/4K7M",
        "/ticket/4k7m-w2xa",
        "/ticket/4K7M-W2XA%00",
        "/ticket/%3Cb%3E-W2XA",
        "/nowhere",
    ],
    ids=lambda path: path[:24],
)
async def test_what_is_not_there(stage: Stage, web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 404


async def test_a_course_as_a_calendar_file(stage: Stage, web: httpx.AsyncClient) -> None:
    found = await course_id(stage, "D09")
    file = await web.get(f"/c/{found}.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(file.content).walk("VEVENT")
    assert len({event["uid"] for event in events}) == 3, "three sessions"
    assert [event.decoded("dtstart") for event in events] == [
        datetime(2026, 6, day, 19, 0, tzinfo=TOKYO) for day in (16, 23, 30)
    ]
    assert {str(event["summary"]) for event in events} == {"英会話カフェ"}
    assert {str(event["status"]) for event in events} == {"CONFIRMED"}
    assert (await web.get(f"/c/{found}.ics")).content == file.content, "the same until something changes"


@pytest.mark.parametrize("platform", Platform)
async def test_ones_own_calendar_follows_the_applications(
    stage: Stage, web: httpx.AsyncClient, platform: Platform
) -> None:
    resident = stage.resident()
    player = Player(stage, resident, platform)
    await player.say("<follow>")
    await player.say("講座番号{course:D15}")
    await player.say("[申し込む]")
    assert "申し込みました" in await player.say("[申し込む]"), heard(phone_of(resident, platform))
    async with stage.service.database.transaction() as db:
        await db.execute(update(Resident).values(calendar_token="secret-address"))
    file = await web.get("/calendar/secret-address.ics")
    assert [str(event["summary"]) for event in Calendar.from_ical(file.content).walk("VEVENT")] == [
        "園芸セミナー 夏の花"
    ]
    async with stage.service.database.transaction() as db:
        await db.execute(text("UPDATE registrations SET state = 'cancelled'"))
    file = await web.get("/calendar/secret-address.ics")
    assert Calendar.from_ical(file.content).walk("VEVENT") == []


async def test_the_calendar_of_who_comes_to_one_session_has_that_one(stage: Stage, web: httpx.AsyncClient) -> None:
    """各回の申込: the two other evenings are not theirs."""
    course = await course_id(stage, "D09")
    player = Player(stage, stage.resident(), Platform.TELEGRAM)
    await player.say("<follow>")
    async with stage.service.database.transaction() as db:
        home = (await db.scalars(select(Resident))).one()
        home.calendar_token = "one-evening"
        db.add(CourseRules(course_id=course, by_session=True))
        party = await residents.people(db, home.id or 0)
        (entry,) = await load_entries(db, [course])
        request = Request(party=party, resident_id=home.id or 0, session_id=entry.sessions[1].id)
        applied = await registration.apply(db, entry, request, now=stage.clock.now(), zone=stage.service.city.zone)
        assert isinstance(applied, registration.Applied)
    events = Calendar.from_ical((await web.get("/calendar/one-evening.ics")).content).walk("VEVENT")
    assert [event.decoded("dtstart").day for event in events] == [23]


async def test_a_ticket_is_a_number_and_its_code(stage: Stage, web: httpx.AsyncClient) -> None:
    """Shown at the door. Nothing is looked up, so nothing can be found out with it."""
    page = await web.get("/ticket/4K7M-W2XA")
    assert page.status_code == 200
    assert "4K7M-W2XA" in page.text
    assert "<svg" in page.text
    assert "viewBox" in page.text


async def test_health(stage: Stage, web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz")).text == "OK"
    await asyncio.wait([stage.service.warm, stage.service.learnt])
    ready = await web.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "index": True, "warm": True, "meaning": True})


async def test_an_old_schema_is_not_ready(stage: Stage, web: httpx.AsyncClient) -> None:
    await asyncio.wait([stage.service.warm, stage.service.learnt])
    async with stage.service.database.transaction() as db:
        newest = await db.scalar(text("SELECT version_num FROM alembic_version"))
        await db.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        ready = await web.get("/readyz")
        alive = await web.get("/healthz")
    finally:
        async with stage.service.database.transaction() as db:
            await db.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    assert (ready.status_code, ready.json()) == (503, {"database": False, "index": True, "warm": True, "meaning": True})
    assert alive.status_code == 200, "no reason to be restarted"


async def test_metrics_count_what_came_in(stage: Stage, web: httpx.AsyncClient) -> None:
    await stage.resident().line.follow()
    await stage.settle()
    await web.post("/webhooks/line", content=b"{}")
    metrics = (await web.get("/metrics")).text
    assert 'manabi_events_total{platform="line"}' in metrics
    assert 'manabi_webhooks_rejected_total{platform="line",reason="not signed by the platform"}' in metrics
    assert "manabi_turn_seconds_count" in metrics


@pytest.mark.parametrize("path", ["/webhooks/line", "/webhooks/telegram"])
async def test_a_webhook_is_only_posted_to(stage: Stage, web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 405
