"""Where time comes in. Everything else is handed a moment; nothing else reads a clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware UTC."""
        ...


class SystemClock:
    """The machine's clock; started elsewhere in time when `start` is given (`MANABI_CLOCK`), and movable forward."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta(0) if start is None else start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def forward(self, by: timedelta) -> None:
        """Moves the clock forward; the demo's and the tests' way to let reminders arrive."""
        if by < timedelta(0):
            raise ValueError("a clock only moves forward")
        self._offset += by
