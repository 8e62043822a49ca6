"""The catalogue in memory: one index that every turn reads, brought up to date when the database has changed."""

import asyncio
from collections.abc import Mapping, Sequence

from catalog.database import Database
from catalog.search import cache, situations
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from catalog.search.loading import catalogue_state, catalogue_version, load_entries, load_stamps
from catalog.search.meaning import is_installed, meanings

_READ_AT_ONCE = {False: 200, True: 20}  # courses, read closely or not: nobody waits for them longer than a second


class Catalogue:
    """Holds the present index; readers take `index` once a turn. `refresh` swaps it without stopping anybody."""

    def __init__(self) -> None:
        self.index = CourseIndex((), version=-1)
        self._whole = self.index  # with what is known of meanings, before they count
        self._meaning = False  # whether they do
        self._state = ""
        self._stamps: dict[int, int] = {}  # of each course as the index shows it
        self._building = asyncio.Lock()

    @property
    def ready(self) -> bool:
        """Whether the catalogue has been loaded at least once."""
        return self.index.version >= 0

    async def load(self, database: Database) -> None:
        """Loads the catalogue as it is now, whatever was there before: from the kept file what it still shows."""
        await self.load_words(database)
        await self.learn_meanings(database)
        await self.learn_closely(database)

    async def load_words(self, database: Database) -> None:
        """The same without the encoder, which takes its time: courses are found by words till `learn_meanings`."""
        async with self._building:
            path = database.index_path
            kept = await asyncio.to_thread(cache.read, path) if path else None
            if kept is None:
                await self._renew(database, CourseIndex((), version=-1), {})
                return
            if kept.situations is not None:
                situations.remember(kept.situations)
            async with database.reading() as session:
                version, state = await catalogue_version(session), await catalogue_state(session)
            index = await asyncio.to_thread(CourseIndex, kept.entries, version=version, parts=kept.parts)
            if state == kept.state:
                await self._show(index, kept.stamps, state)
            else:
                await self._renew(database, index, kept.stamps)

    async def learn_meanings(self, database: Database) -> None:
        """Reads the encoder, and with it what courses mean that nobody has read yet; then meanings count."""
        if not is_installed():
            return
        told = situations.known() is not None
        await asyncio.to_thread(_prepare)
        learnt = await self._read_all(closely=False)
        async with self._building:
            self._meaning = True
            self.index = self._whole
            if learnt or not told:
                await self._keep(database)

    async def learn_closely(self, database: Database) -> None:
        """Reads courses a second time that nobody has, 20 ms each; then what comes near is put in order by that."""
        if await self._read_all(closely=True):
            async with self._building:
                self.index = self._whole
                await self._keep(database)

    async def _read_all(self, *, closely: bool) -> bool:
        """Whether there was anything to read."""
        before: tuple[CourseEntry, ...] = ()
        anything = False
        while (unread := self._whole.unread(closely=closely)) != before:  # courses may change meanwhile
            step = _READ_AT_ONCE[closely]
            for first in range(0, len(unread), step):
                await self._read(unread[first : first + step], closely=closely)
            before, anything = unread, True
        return anything

    async def refresh(self, database: Database) -> bool:
        """Brings the index up to date when the catalogue has changed; whether it had. One at a time."""
        async with self._building:
            async with database.reading() as session:
                unchanged = await catalogue_version(session) == self.index.version
            if unchanged:
                return False
            await self._renew(database, self._whole, self._stamps)
            return True

    async def _read(self, courses: Sequence[CourseEntry], *, closely: bool) -> None:
        meant = await asyncio.to_thread(meanings, courses, closely=closely)
        async with self._building:
            # A course that has changed meanwhile is another entry: it is read as it is now, or not at all.
            same = [at for at, course in enumerate(courses) if self._whole.course(course.id) is course]
            self._whole = self._whole.with_meanings([courses[at].id for at in same], meant[same])

    async def _renew(self, database: Database, index: CourseIndex, stamps: Mapping[int, int]) -> None:
        """Reads again the courses whose stamp is another one, and keeps what comes of it."""
        # The version is read first, entries last: a change in between makes the next refresh read again.
        async with database.reading() as session:
            version, state = await catalogue_version(session), await catalogue_state(session)
            now = await load_stamps(session)
            fresh = await load_entries(session, [one for one, stamp in now.items() if stamps.get(one) != stamp])
        gone = stamps.keys() - now.keys()
        renewed = await asyncio.to_thread(index.renewed, fresh, gone, version=version, meaning=self._meaning)
        await self._show(renewed, now, state)
        await self._keep(database)

    async def _show(self, index: CourseIndex, stamps: dict[int, int], state: str) -> None:
        await asyncio.to_thread(index.prepare, self.index.conditions.zones)
        self._whole, self._stamps, self._state = index, stamps, state
        self.index = index if self._meaning else index.by_words()

    async def _keep(self, database: Database) -> None:
        if path := database.index_path:
            whole = self._whole
            kept = cache.Kept(self._state, self._stamps, whole.entries, whole.parts, situations.known())
            await asyncio.to_thread(cache.write, path, kept)


def _prepare() -> None:
    situations.read()
    situations.recognised(("",))  # the first text takes longer than any later one
