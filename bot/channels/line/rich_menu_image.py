"""Draws the rich menu's picture: `python -m bot.channels.line.rich_menu_image FONT` writes `rich_menu.png`.

The picture is shipped, so that no font is needed where the bot runs; this is how it is made again after a change.
FONT is a file with Japanese glyphs in a bold cut, such as Noto Sans CJK Bold.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.channels.line.rich_menu import AREAS, HEIGHT, WIDTH, cell

Point = tuple[float, float]

PAPER = "#F2F7F5"
TILE = "#FFFFFF"
TILE_FIRST = "#0F766E"  # what most come for
INK = "#17211F"
TEAL = "#0F766E"
TINT = "#D9EFEA"
WHITE = "#FFFFFF"

SCALE = 2  # drawn larger and reduced, for smooth edges
GAP = 26
RADIUS = 64
FONT_SIZE = 118
ICON = 150  # half the side of an icon's square
STROKE = 26


class Pen:
    """Draws an icon around its centre, in units of the final picture."""

    def __init__(self, draw: ImageDraw.ImageDraw, centre: Point, line: str, fill: str) -> None:
        self._draw = draw
        self._centre = centre
        self.line = line
        self.fill = fill

    def _at(self, x: float, y: float) -> Point:
        return (self._centre[0] + x) * SCALE, (self._centre[1] + y) * SCALE

    def stroke(self, *points: Point) -> None:
        """A line with round joints and ends."""
        placed = [self._at(*point) for point in points]
        self._draw.line(placed, fill=self.line, width=STROKE * SCALE, joint="curve")
        for point in points:
            self.dot(point, STROKE / 2)

    def dot(self, centre: Point, radius: float) -> None:
        x, y = centre
        self._draw.ellipse([self._at(x - radius, y - radius), self._at(x + radius, y + radius)], fill=self.line)

    def ring(self, centre: Point, radius: float) -> None:
        x, y = centre
        box = [self._at(x - radius, y - radius), self._at(x + radius, y + radius)]
        self._draw.ellipse(box, outline=self.line, fill=self.fill, width=STROKE * SCALE)

    def arc(self, centre: Point, radius: float, start: float, end: float) -> None:
        x, y = centre
        box = [self._at(x - radius, y - radius), self._at(x + radius, y + radius)]
        self._draw.arc(box, start, end, fill=self.line, width=STROKE * SCALE)
        middle = radius - STROKE / 2
        for angle in (math.radians(start), math.radians(end)):
            self.dot((x + middle * math.cos(angle), y + middle * math.sin(angle)), STROKE / 2)

    def sheet(self, left: float, top: float, right: float, bottom: float, radius: float) -> None:
        box = [self._at(left, top), self._at(right, bottom)]
        self._draw.rounded_rectangle(box, radius * SCALE, outline=self.line, fill=self.fill, width=STROKE * SCALE)

    def shape(self, *points: Point) -> None:
        """A filled outline with round corners."""
        self._draw.polygon([self._at(*point) for point in points], fill=self.fill)
        self.stroke(*points, points[0])


def magnifier(pen: Pen) -> None:
    pen.stroke((52, 52), (132, 132))
    pen.ring((-22, -22), 112)


def star(pen: Pen) -> None:
    radii = [(142 if corner % 2 == 0 else 66, math.pi * (corner / 5 - 0.5)) for corner in range(10)]
    pen.shape(*((radius * math.cos(angle), radius * math.sin(angle) + 8) for radius, angle in radii))


def ticked_sheet(pen: Pen) -> None:
    pen.sheet(-104, -136, 104, 136, 28)
    pen.stroke((-50, -66), (50, -66))
    pen.stroke((-52, 42), (-14, 80), (56, 2))


def calendar(pen: Pen) -> None:
    pen.sheet(-132, -108, 132, 132, 30)
    pen.stroke((-62, -138), (-62, -84))
    pen.stroke((62, -138), (62, -84))
    pen.stroke((-112, -30), (112, -30))
    for x in (-58, 0, 58):
        pen.dot((x, 26), 15)
    for x in (-58, 0):
        pen.dot((x, 82), 15)


def family(pen: Pen) -> None:
    pen.ring((-68, -74), 58)
    pen.arc((-68, 112), 92, 180, 360)
    pen.ring((88, -4), 44)
    pen.arc((88, 112), 60, 180, 360)


def question(pen: Pen) -> None:
    pen.ring((0, 0), 138)
    pen.arc((0, -30), 58, 180, 405)
    pen.stroke((32, 2), (0, 26), (0, 38))
    pen.dot((0, 84), 17)


ICONS: tuple[Callable[[Pen], None], ...] = (magnifier, star, ticked_sheet, calendar, family, question)


def draw(font_path: str) -> Image.Image:
    """The whole picture."""
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    canvas = ImageDraw.Draw(picture)
    font = ImageFont.truetype(font_path, FONT_SIZE * SCALE)
    for position, ((label, _), icon) in enumerate(zip(AREAS, ICONS, strict=True)):
        first = position == 0
        left, top, width, height = cell(position)
        tile = [left + GAP, top + GAP, left + width - GAP, top + height - GAP]
        canvas.rounded_rectangle([side * SCALE for side in tile], RADIUS * SCALE, fill=TILE_FIRST if first else TILE)
        centre = left + width / 2
        icon(Pen(canvas, (centre, top + height * 0.40), WHITE if first else TEAL, TEAL if first else TINT))
        words_at = (centre * SCALE, (top + height * 0.765) * SCALE)
        canvas.text(words_at, label, font=font, fill=WHITE if first else INK, anchor="mm")
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def main() -> None:
    target = Path(__file__).with_name("rich_menu.png")
    draw(sys.argv[1]).quantize(128).save(target, optimize=True)
    sys.stdout.write(f"{target} {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
