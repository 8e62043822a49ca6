"""The web application: webhooks, public pages, health, metrics."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.metrics import JOBS_FAILED
from bot.public.pages import Pages
from bot.service import Service
from bot.webhooks import Webhook
from catalog import schema
from catalog.models import Platform


def create_app(service: Service, *more: BaseRoute) -> Starlette:
    """The application of a running service; `more` routes come first (the demo's simulated platforms)."""
    return Starlette(routes=[*more, *routes(service)])


def routes(service: Service) -> list[BaseRoute]:
    """All addresses of a running service."""
    pages = Pages(service.database, service.catalogue, service.clock, service.city)

    async def ready(_request: Request) -> Response:
        try:
            async with service.database.engine.connect() as connection:
                migrated = await schema.is_current(connection)
        except (SQLAlchemyError, OSError):
            migrated = False
        # Not before the first answer comes as promptly as any: till then another process does better.
        parts = {"database": migrated, "index": service.catalogue.ready, "warm": service.warm.done()}
        status = 200 if all(parts.values()) else 503
        return JSONResponse(parts | {"meaning": service.learnt.done()}, status_code=status)

    async def metrics(_request: Request) -> Response:
        for job, count in service.runner.failures.items():
            JOBS_FAILED.labels(job).set(count)
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    webhooks = [
        Route(f"/webhooks/{platform}", _webhook(service, platform), methods=["POST"], name=f"webhook-{platform}")
        for platform in Platform
    ]
    return [
        *webhooks,
        Route("/healthz", _alive),
        Route("/readyz", ready),
        Route("/metrics", metrics),
        # Texts, not numbers: Python refuses to read a number of five thousand digits.
        Route("/c/{id}.ics", pages.course_calendar),
        Route("/c/{id}/draw.txt", pages.draw_file),
        Route("/c/{id}/draw", pages.draw),
        Route("/verify-draw.sh", pages.draw_recipe),
        Route("/c/{id}", pages.course),
        Route("/ticket/{receipt}", pages.ticket),
        Route("/calendar/{token}.ics", pages.own_calendar),
    ]


def _webhook(service: Service, platform: Platform) -> Callable[[Request], Awaitable[Response]]:
    channel = service.channels.get(platform)
    if channel is None:

        async def off(_request: Request) -> Response:
            return PlainTextResponse("this platform is off", status_code=404)

        return off
    endpoint = Webhook(channel, service.database, service.clock, service.dispatcher)

    async def webhook(request: Request) -> Response:
        return await endpoint(request)

    return webhook


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("OK")
