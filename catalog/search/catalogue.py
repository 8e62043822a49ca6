"""The catalogue in memory: one index that every turn reads, brought up to date when the database has changed."""

import asyncio
from collections.abc import Mapping

from catalog.database import Database
from catalog.search import cache
from catalog.search.index import CourseIndex
from catalog.search.loading import catalogue_state, catalogue_version, load_entries, load_stamps


class Catalogue:
    """Holds the present index; readers take `index` once a turn. `refresh` swaps it without stopping anybody."""

    def __init__(self) -> None:
        self.index = CourseIndex((), version=-1)
        self._stamps: dict[int, int] = {}  # of each course as the index shows it
        self._building = asyncio.Lock()

    @property
    def ready(self) -> bool:
        """Whether the catalogue has been loaded at least once."""
        return self.index.version >= 0

    async def load(self, database: Database) -> None:
        """Loads the catalogue as it is now, whatever was there before: from the kept file what it still shows."""
        async with self._building:
            path = database.index_path
            kept = await asyncio.to_thread(cache.read, path) if path else None
            if kept is None:
                await self._renew(database, CourseIndex((), version=-1), {})
                return
            async with database.reading() as session:
                version, state = await catalogue_version(session), await catalogue_state(session)
            index = await asyncio.to_thread(CourseIndex, kept.entries, version=version, parts=kept.parts)
            if state == kept.state:
                await self._show(index, kept.stamps)
            else:
                await self._renew(database, index, kept.stamps)

    async def refresh(self, database: Database) -> bool:
        """Brings the index up to date when the catalogue has changed; whether it had. One at a time."""
        async with self._building:
            async with database.reading() as session:
                unchanged = await catalogue_version(session) == self.index.version
            if unchanged:
                return False
            await self._renew(database, self.index, self._stamps)
            return True

    async def _renew(self, database: Database, index: CourseIndex, stamps: Mapping[int, int]) -> None:
        """Reads again the courses whose stamp is another one, and keeps what comes of it."""
        # The version is read first, entries last: a change in between makes the next refresh read again.
        async with database.reading() as session:
            version, state = await catalogue_version(session), await catalogue_state(session)
            now = await load_stamps(session)
            fresh = await load_entries(session, [one for one, stamp in now.items() if stamps.get(one) != stamp])
        gone = stamps.keys() - now.keys()
        renewed = await asyncio.to_thread(index.renewed, fresh, gone, version=version)
        await self._show(renewed, now)
        if path := database.index_path:
            await asyncio.to_thread(cache.write, path, cache.Kept(state, now, renewed.entries, renewed.parts))

    async def _show(self, index: CourseIndex, stamps: dict[int, int]) -> None:
        await asyncio.to_thread(index.prepare, self.index.conditions.zones)
        self.index, self._stamps = index, stamps
