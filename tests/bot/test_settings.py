"""What the environment may say: a wrong value is one clear line that repeats no secret, never a traceback."""

from pathlib import Path

import pytest

from bot.settings import Settings, TelegramMode
from tests.bot.terminal import Terminal

SECRET = "geheim"  # stands in every wrong value that could be a secret

WRONG = (
    ("DATABASE_URL", SECRET, "is not a database URL"),
    ("DATABASE_URL", f"mysql://u:{SECRET}@host/db", "must start with sqlite:/// or postgresql://"),
    ("DATABASE_URL", f"postgresql://u:{SECRET}@host:port/db", "is not a database URL"),
    ("LINE_CHANNEL_SECRET", f"{SECRET} {SECRET}", "holds a space"),
    ("LINE_CHANNEL_ACCESS_TOKEN", f"{SECRET}\nX-Other: 1", "a line end"),
    ("TELEGRAM_TOKEN", f"1:{SECRET}é", "not ASCII"),
    ("TELEGRAM_WEBHOOK_SECRET", f"{SECRET}!", "may hold 1 to 256 letters"),
    ("TELEGRAM_WEBHOOK_SECRET", SECRET * 50, "may hold 1 to 256 letters"),
    ("TELEGRAM_MODE", "carrier-pigeon", "'webhook' or 'polling'"),
    ("PUBLIC_URL", "ftp://example.jp", "must start with https:// or http://"),
    ("PUBLIC_URL", "https://", "names no host"),
    ("PUBLIC_URL", "http://[::1", "IPv6"),
    ("LINE_API_BASE", "api.line.me", "must start with https:// or http://"),
    ("LINE_DATA_API_BASE", "api.line.me", "must start with https:// or http://"),
    ("TELEGRAM_API_BASE", "api.telegram.org", "must start with https:// or http://"),
    ("TIMEZONE", "Asia/Atlantis", "is not a time zone name"),
    ("TIMEZONE", "Asia", "is not a time zone name"),
    ("TIMEZONE", "../../etc/passwd", "is not a time zone name"),
    ("CLOCK", "yesterday", "valid datetime"),
    ("CLOCK", "2026-06-10T10:00:00", "needs an offset"),
)


@pytest.mark.parametrize("command", ["doctor", "serve"])
@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_a_wrong_value_is_one_line(terminal: Terminal, command: str, name: str, value: str, reason: str) -> None:
    said = terminal.run(command, **{name: value})
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert said.err.startswith(f"manabi: MANABI_{name} ")
    assert reason in said.err
    assert SECRET not in said.err


def test_all_wrong_values_are_named_at_once(terminal: Terminal) -> None:
    said = terminal.run("doctor", CLOCK="?", PUBLIC_URL="?")
    assert said.err.count("\n") == 1
    assert "MANABI_CLOCK" in said.err
    assert "MANABI_PUBLIC_URL" in said.err


@pytest.mark.parametrize("command", ["serve", "work", "courses"])
def test_a_database_that_cannot_be_opened_is_one_line(terminal: Terminal, tmp_path: Path, command: str) -> None:
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_text("no database at all " * 100, encoding="utf-8")
    for url, reason in (
        (f"sqlite:///{tmp_path}/missing/manabi.db", "unable to open database file"),
        (f"sqlite:///{nonsense}", "file is not a database"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", "[Errno 111]"),
    ):
        said = terminal.run(command, DATABASE_URL=url)
        assert (said.code, said.out) == (2, "")
        assert said.err.count("\n") == 1, said.err
        assert said.err.startswith("manabi: MANABI_DATABASE_URL cannot be opened: ")
        assert reason in said.err
        assert SECRET not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("work",),
        ("import", __file__),
        ("courses",),
        ("ask", "ヨガ"),
        ("recommend",),
        ("broadcast", "--file", __file__),
        ("db", "check"),
        ("db", "backup", "nowhere.db"),
    ],
    ids=" ".join,
)
def test_postgres_waits_for_its_upgrade(terminal: Terminal, empty_postgres: str, words: tuple[str, ...]) -> None:
    said = terminal.run(*words, DATABASE_URL=empty_postgres)
    assert (said.code, said.out) == (2, "")
    assert said.err == "manabi: The database schema is not up to date: run `manabi db upgrade` first.\n"


def test_postgres_works_after_its_upgrade(terminal: Terminal, empty_postgres: str) -> None:
    assert "manabi db upgrade" in terminal.run("doctor", DATABASE_URL=empty_postgres).out
    assert terminal.run("db", "upgrade", DATABASE_URL=empty_postgres).code == 0
    assert terminal.run("db", "upgrade", DATABASE_URL=empty_postgres).code == 0, "a second time changes nothing"
    assert terminal.run("db", "check", DATABASE_URL=empty_postgres).code == 0
    refused = terminal.run("db", "backup", "nowhere.db", DATABASE_URL=empty_postgres)
    assert refused.code == 2
    assert "pg_dump" in refused.err


def test_the_doctor_says_what_is_off(terminal: Terminal) -> None:
    said = terminal.run("doctor", LINE_CHANNEL_SECRET="s", LINE_CHANNEL_ACCESS_TOKEN="t")
    assert said.code == 0
    assert said.lines[0] == "データベース: 最新、講座 0件"
    assert said.lines[1] == "LINE: 使います"
    assert "MANABI_TELEGRAM_TOKEN" in said.lines[2], "how to turn it on"
    assert terminal.run("doctor").code == 1, "with no platform at all nobody is served"


def test_the_end_of_a_secrets_file_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANABI_LINE_CHANNEL_SECRET", "geheim\n")
    monkeypatch.setenv("MANABI_LINE_CHANNEL_ACCESS_TOKEN", " token ")
    settings = Settings()
    assert settings.line_channel_secret is not None
    assert settings.line_channel_secret.get_secret_value() == "geheim"
    assert settings.has_line
    assert "geheim" not in repr(settings)


def test_a_platform_needs_all_its_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANABI_TELEGRAM_TOKEN", "1:a")
    monkeypatch.setenv("MANABI_LINE_CHANNEL_SECRET", "s")
    assert not Settings().has_line
    assert not Settings().has_telegram, "without its secret anybody could speak for a resident"
    assert Settings(telegram_mode=TelegramMode.POLLING).has_telegram
