"""What anybody may open of a lottery (抽選): the promise, then the list, then everything; never more, never less."""

import subprocess
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from catalog import draw
from catalog.models import Course, Draw, Registration
from catalog.registration import Place, lottery
from catalog.search.loading import load_entries
from tests.catalog.builders import enrol, household
from tests.conftest import TOKYO
from tests.stage import NOW, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLOSED = NOW + timedelta(days=20)


@pytest_asyncio.fixture(loop_scope="session")
async def web(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stage.service.settings.public_url, timeout=60) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def pottery(stage: Stage) -> int:
    """A course with a lottery that three parties have entered."""
    async with stage.service.database.transaction() as db:
        found = await db.scalar(select(col(Course.id)).where(col(Course.source_id) == "D04"))
        assert found is not None
        [entry] = await load_entries(db, [found])
        for _ in range(3):
            await enrol(db, entry, await household(db))
    return found


async def close(stage: Stage, course_id: int, mixed_in: str | None = None) -> Draw:
    async with stage.service.database.transaction() as db:
        return await lottery.fix(db, Place(course_id), now=CLOSED, mixed_in=mixed_in)


async def hold(stage: Stage, course_id: int, now: datetime = CLOSED) -> lottery.Held:
    async with stage.service.database.transaction() as db:
        return await lottery.run(db, Place(course_id), now=now, zone=TOKYO)


async def stored(stage: Stage, course_id: int) -> Draw:
    async with stage.service.database.reading() as db:
        found = await lottery.find(db, Place(course_id))
    assert found is not None
    return found


async def test_a_course_with_a_lottery_leads_to_its_draw(stage: Stage, web: httpx.AsyncClient, pottery: int) -> None:
    assert f'href="/c/{pottery}/draw"' in (await web.get(f"/c/{pottery}")).text
    async with stage.service.database.reading() as db:
        yoga = await db.scalar(select(col(Course.id)).where(col(Course.source_id) == "D01"))
    assert "/draw" not in (await web.get(f"/c/{yoga}")).text
    assert (await web.get(f"/c/{yoga}/draw")).status_code == 404


async def test_before_the_deadline_only_the_promise_can_be_seen(
    stage: Stage, web: httpx.AsyncClient, pottery: int
) -> None:
    found = await stored(stage, pottery)
    page = await web.get(f"/c/{pottery}/draw")
    assert page.status_code == 200
    assert found.commitment in page.text
    assert found.seed not in page.text
    assert "draw.txt?" not in page.text
    assert (await web.get(f"/c/{pottery}/draw.txt")).status_code == 404


async def test_after_the_deadline_the_list_can_be_seen_to_the_byte(
    stage: Stage, web: httpx.AsyncClient, pottery: int
) -> None:
    found = await close(stage, pottery, mixed_in="6月30日の<朝刊>の数字")
    file, page = await web.get(f"/c/{pottery}/draw.txt"), await web.get(f"/c/{pottery}/draw")
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert draw.digest(file.text) == found.entries_hash
    assert found.entries_hash in page.text
    assert "6月30日の&lt;朝刊&gt;の数字" in page.text
    assert found.seed not in page.text + file.text


async def test_after_the_draw_everything_can_be_seen_and_checked(
    stage: Stage, web: httpx.AsyncClient, pottery: int, tmp_path: Path
) -> None:
    """As somebody would do it who has nothing but the two files."""
    held = await hold(stage, pottery)
    page = (await web.get(f"/c/{pottery}/draw")).text
    for result in held.drawn.results:
        assert f"<td>{result.rank}</td><td>{result.code}</td><td>当選</td>" in page
    (tmp_path / "draw.txt").write_bytes((await web.get(f"/c/{pottery}/draw.txt")).content)
    (tmp_path / "verify-draw.sh").write_bytes((await web.get("/verify-draw.sh")).content)
    checked = subprocess.run(["sh", "verify-draw.sh", "draw.txt"], cwd=tmp_path, capture_output=True, check=False)  # noqa: ASYNC221, S607 - short, and the way a resident types it
    assert (checked.returncode, checked.stderr) == (0, b"")


async def test_no_receipt_and_no_name_is_published(stage: Stage, web: httpx.AsyncClient, pottery: int) -> None:
    await hold(stage, pottery)
    text = (await web.get(f"/c/{pottery}/draw")).text + (await web.get(f"/c/{pottery}/draw.txt")).text
    async with stage.service.database.reading() as db:
        receipts = (await db.execute(select(col(Registration.receipt)))).scalars().all()
    assert receipts
    assert [receipt for receipt in receipts if receipt in text] == []


@pytest.mark.parametrize(
    "path",
    [
        "/c/999999/draw",
        "/c/abc/draw",
        "/c/999999/draw.txt",
        "/c/{id}/draw.txt?session=1",
        "/c/{id}/draw.txt?session=x",
        "/c/{id}/draw.txt?session=" + "9" * 5000,
    ],
    ids=lambda path: path[:28],
)
async def test_what_is_not_there(stage: Stage, web: httpx.AsyncClient, pottery: int, path: str) -> None:
    await hold(stage, pottery)
    assert (await web.get(path.replace("{id}", f"{pottery}"))).status_code == 404
