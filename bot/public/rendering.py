"""Rendering of pages, for the web and for paper: Jinja templates, QR codes as SVG."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - first page

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
    )


def render(template: str, **facts: object) -> str:
    """The page as HTML; every fact is escaped."""
    return _templates().get_template(template).render(**facts)


def qr(text: str) -> str:
    """A QR code as inline SVG in the size of its place, of error level Q, so that a worn print is still read."""
    import segno  # noqa: PLC0415 - only what is printed needs it

    return str(segno.make(text, error="q", micro=False).svg_inline(omitsize=True, dark="#1f2933"))
