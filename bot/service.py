"""The one place where the parts are put together. Opening it builds everything; leaving it closes what it opened."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.channels.port import PlatformChannel
from bot.dispatch import Dispatcher
from bot.settings import Settings, TelegramMode
from catalog import schema
from catalog.database import Database
from catalog.models import OutgoingKind, Platform
from catalog.search.catalogue import Catalogue
from handlers import understanding
from handlers.context import City
from scheduler import wishes
from scheduler.clock import Clock, SystemClock
from scheduler.runner import Runner

_log = structlog.get_logger(__name__)

_REFRESH_SECONDS = 1.0  # a changed catalogue is searchable within two
_RESUME_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running concierge."""

    settings: Settings
    database: Database
    clock: Clock
    city: City
    catalogue: Catalogue
    channels: Mapping[Platform, PlatformChannel]
    dispatcher: Dispatcher
    runner: Runner
    warm: "asyncio.Task[None]"  # ends when an answer comes as promptly as any later one
    learnt: "asyncio.Task[None]"  # ends when it counts what texts mean; till then courses are found by their words
    read_closely: "asyncio.Task[None]"  # and when they have been read a second time
    prepared: "asyncio.Task[None]"  # ends when the platforms' side has been made to fit ours


@asynccontextmanager
async def open_service(
    settings: Settings,
    *,
    clock: Clock | None = None,
    answering: bool = True,
    scheduler: bool = True,
    tick: bool = True,
) -> AsyncIterator[Service]:
    """Everything a process needs, ready to work. `answering` takes events, `scheduler` speaks first.

    Without `tick` the runner works only when it is told to (`run_once`). Raises ConfigurationError.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock)
        database = Database(settings.database_url, kept_in=settings.cache_dir)
        stack.push_async_callback(database.close)
        await schema.require_current(database)
        city = city_of(settings)
        channels = build_channels(settings, clock)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        catalogue = Catalogue()
        if answering:
            await catalogue.load_words(database)
        # In threads: events are taken meanwhile, and answered as soon as it is done.
        warm = asyncio.create_task(_warm_up(channels, database, answering=answering))
        stack.push_async_callback(_cancelled, warm)
        learnt = asyncio.create_task(
            _behind(warm, "meanings", catalogue.learn_meanings if answering else None, database)
        )
        stack.push_async_callback(_cancelled, learnt)
        read_closely = asyncio.create_task(
            _behind(learnt, "closely", catalogue.learn_closely if answering else None, database)
        )
        stack.push_async_callback(_cancelled, read_closely)
        kinds = frozenset(OutgoingKind) if scheduler else frozenset({OutgoingKind.REPLY})
        runner = Runner(database, clock, channels, city.zone, kinds=kinds, catalogue=catalogue if answering else None)
        if tick:
            runner.start()
            stack.push_async_callback(runner.stop)
        dispatcher = Dispatcher(
            database=database, clock=clock, catalogue=catalogue, channels=channels, city=city, runner=runner, warm=warm
        )
        stack.push_async_callback(dispatcher.stop)
        prepared = asyncio.create_task(_prepare(channels if answering else {}, settings.public_url, warm))
        stack.push_async_callback(_cancelled, prepared)
        service = Service(
            settings=settings,
            database=database,
            clock=clock,
            city=city,
            catalogue=catalogue,
            channels=channels,
            dispatcher=dispatcher,
            runner=runner,
            warm=warm,
            learnt=learnt,
            read_closely=read_closely,
            prepared=prepared,
        )
        if answering:
            await dispatcher.resume()
            for work in (_keep_fresh(service), _keep_resuming(service), *_polling(service)):
                stack.push_async_callback(_cancelled, asyncio.create_task(work))
        yield service


def city_of(settings: Settings) -> City:
    """What answers need to know of the city."""
    return City(
        name=settings.city_name,
        zone=settings.zone,
        public_url=settings.public_url,
        line_id=settings.line_id,
        telegram_name=settings.telegram_name,
        counter_phone=settings.counter_phone,
    )


def build_channels(settings: Settings, clock: Clock) -> dict[Platform, PlatformChannel]:
    """The platforms that have their credentials."""
    channels: dict[Platform, PlatformChannel] = {}
    if settings.line_channel_secret is not None and settings.line_channel_access_token is not None:
        # Imported here and below: a platform that is off costs nothing.
        from bot.channels.line.channel import LineChannel  # noqa: PLC0415

        channels[Platform.LINE] = LineChannel(
            channel_secret=settings.line_channel_secret.get_secret_value(),
            access_token=settings.line_channel_access_token.get_secret_value(),
            clock=clock,
            api_base=settings.line_api_base,
            data_base=settings.line_data_api_base,
        )
    if settings.telegram_token is not None and settings.has_telegram:
        from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415 - as above

        secret = settings.telegram_webhook_secret
        channels[Platform.TELEGRAM] = TelegramChannel(
            token=settings.telegram_token.get_secret_value(),
            webhook_secret=secret.get_secret_value() if secret else "",
            clock=clock,
            api_base=settings.telegram_api_base,
            polling=settings.telegram_mode is TelegramMode.POLLING,
        )
    return channels


async def _keep_fresh(service: Service) -> None:
    """Rebuilds the index when the catalogue has changed, without stopping answers, and tells whoever waited for it."""
    while True:
        await asyncio.sleep(_REFRESH_SECONDS)
        try:
            if await service.catalogue.refresh(service.database):
                await tell_wishes(service)
        except Exception:  # the old index answers meanwhile
            _log.exception("catalogue.not_refreshed")


async def tell_wishes(service: Service) -> None:
    """A changed catalogue may have what somebody waits for."""
    async with service.database.transaction() as db:
        told = await wishes.tell(db, service.catalogue.index, now=service.clock.now(), zone=service.city.zone)
    if told:
        service.runner.wake()


async def _keep_resuming(service: Service) -> None:
    """On PostgreSQL another process may have died with events in its hands."""
    while True:
        await asyncio.sleep(_RESUME_SECONDS)
        try:
            await service.dispatcher.resume()
        except Exception:  # tried again in a minute
            _log.exception("inbox.not_resumed")


def _polling(service: Service) -> list[Coroutine[None, None, None]]:
    """The loop that asks Telegram for updates, in polling mode."""
    channel = service.channels.get(Platform.TELEGRAM)
    if channel is None or service.settings.telegram_mode is not TelegramMode.POLLING:
        return []
    from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415 - a platform that is off costs nothing
    from bot.polling import keep_polling  # noqa: PLC0415 - the same

    assert isinstance(channel, TelegramChannel)  # noqa: S101 - built above
    return [keep_polling(channel, service.database, service.clock, service.dispatcher)]


async def _warm_up(channels: Mapping[Platform, PlatformChannel], database: Database, *, answering: bool) -> None:
    """Loads what the first answer needs: the platforms' libraries, and the understanding of Japanese."""
    for channel in channels.values():
        await channel.start()
    if answering:
        index = database.index_path
        await asyncio.to_thread(understanding.warm_up, index.with_suffix(".intents") if index else None)


async def _behind(
    before: "asyncio.Task[None]", step: str, learn: Callable[[Database], Awaitable[None]] | None, database: Database
) -> None:
    """Learns after what comes first; where it fails, courses are found as they are till then."""
    await asyncio.wait([before])
    if learn is None:
        return
    try:
        await learn(database)
    except Exception:
        _log.exception("catalogue.not_learnt", step=step)


async def _prepare(channels: Mapping[Platform, PlatformChannel], public_url: str, warm: "asyncio.Task[None]") -> None:
    """Webhook, menu and commands on the platforms' side; what they refuse is logged and tried at the next start."""
    await asyncio.wait([warm])
    for platform, channel in channels.items():
        if not await channel.prepare(public_url):
            _log.warning("platform.not_prepared", platform=platform)


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
