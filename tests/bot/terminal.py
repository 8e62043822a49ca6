"""Commands as a person types them, in this process: what they write and their exit code."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

import pytest
import structlog

from bot import cli


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal:
    """A terminal with an environment of its own: nothing of `MANABI_…` but what is given."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: Mapping[str, str]
    ) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self._environment = dict(environment)

    def run(self, *words: str, stdin: str = "", **environment: str) -> Said:
        """`manabi` with these words; `environment` without its MANABI_ comes on top."""
        with self._monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("MANABI_")]:
                patch.delenv(name)
            for name, value in (self._environment | environment).items():
                patch.setenv(f"MANABI_{name}", value)
            patch.setattr(sys, "argv", ["manabi", *words])
            patch.setattr(sys, "stdin", StringIO(stdin))
            try:
                code = _exit_code()
            finally:
                structlog.reset_defaults()  # a server's logs go to what is standard error now
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)


def _exit_code() -> int:
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
