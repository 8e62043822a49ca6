"""The turn: everything a handler may use to answer one message, and nothing else."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import residents
from catalog.models import Person, Resident
from catalog.search.catalogue import Catalogue
from catalog.search.index import CourseIndex
from handlers.actions import Action
from handlers.messages import Incoming

EXPECTED_FOR = timedelta(minutes=30)


@dataclass(slots=True)
class Expectation:
    """What the next free text would answer: a key of `handlers.routes.EXPECTED`, and the little it needs."""

    topic: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What answers need to know of the city and of where the bot is reached."""

    name: str = "西東京市"
    zone: ZoneInfo
    public_url: str  # without a slash at the end
    line_id: str = ""  # basic id of the LINE account (@…), for links that open the chat; empty: no link
    telegram_name: str = ""  # username of the Telegram bot, for the same
    counter_phone: str = ""  # 生涯学習の窓口; empty: not said


@dataclass(slots=True, kw_only=True)
class Turn:
    """One message of one resident, being answered.

    `db` is the turn's transaction: handlers call verbs of `catalog` with it and never commit. `now` is aware UTC.
    `action` is the decoded button; its name is empty for free text. `expecting` is what this text may answer; it is
    dropped unless a handler calls `expect` again. `forgotten`: the resident's data is gone, and nothing of this turn
    is kept either. Others whom it concerns are told from the history of their registrations (`scheduler.telling`).
    """

    incoming: Incoming
    db: AsyncSession
    now: datetime
    city: City
    resident: Resident
    account_id: int
    catalogue: Catalogue
    action: Action
    expecting: Expectation | None = None
    next_expecting: Expectation | None = None
    forgotten: bool = False
    family: list[Person] | None = None  # as loaded with the resident; ask `people`

    @property
    def resident_id(self) -> int:
        assert self.resident.id is not None  # noqa: S101 - a loaded row has its key
        return self.resident.id

    @property
    def zone(self) -> ZoneInfo:
        return self.city.zone

    @property
    def index(self) -> CourseIndex:
        """The course index, the same one for the whole turn."""
        return self.catalogue.index

    @property
    def today(self) -> date:
        """The civil day in the city."""
        return self.now.astimezone(self.zone).date()

    async def people(self) -> list[Person]:
        """The resident and their family as they were when first asked for in this turn: for topics that only read."""
        if self.family is None:
            self.family = await residents.people(self.db, self.resident_id)
        return self.family

    def expect(self, topic: str, **data: Any) -> None:
        """Makes the resident's next free text an answer to `topic`, for half an hour."""
        json.dumps(data)  # what cannot be stored fails here, not after the answer was built
        self.next_expecting = Expectation(topic, data)
