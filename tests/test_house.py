"""The house's own rules: what is documented, how long a file may be, what may never stand in one, what deploys."""

import ast
import configparser
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import typer.main
import yaml

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "scheduler", "handlers", "catalog")
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
READMES = ("README.md", "README.ja.md")
DOCUMENTS = (*READMES, "ARCHITECTURE.md", "CONTRIBUTING.md", "deploy/HANDBOOK.md")

LONGEST_FILE = 350
LONGER = {  # file: why it may be longer
    "catalog/migrations/versions/0001_the_first_tables.py": "generated: as long as the tables are many",
    "catalog/migrations/versions/0002_the_rules_of_registration.py": "likewise",
    "catalog/outgoing.py": "one state machine over one table, read best in one place",
    "tests/bot/simulator/test_page.py": "one page in one browser, which is costly to start twice",
}

# Put together from parts, so that this file does not hold what it forbids.
REGISTRIES = (
    *(f"{name}.org" for name in ("py" + "pi", "python" + "hosted", "registry.npm" + "js", "proxy.go" + "lang")),
    *(f"{name}.io" for name in ("docker", "gh" + "cr", "quay", "crates")),
    "registry.npm" + "js",
    "--index" + "-url ",
    "--extra-index" + "-url",
)
OUR_MACHINES = re.compile(r"(?<![\w.$}])/(?:work|tmp|home|root|Users)/")

SETTINGS = {f"MANABI_{name.upper()}" for name in Settings.model_fields}
FOR_TESTS = {"MANABI_TEST_POSTGRES", "MANABI_TEST_REQUIRE"}


@cache
def tracked() -> tuple[str, ...]:
    """The files of the repository, with those that are about to be added."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git work tree, so nobody knows which files are the project's")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - no word of it is foreign
    return tuple(name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# What is documented


@pytest.mark.parametrize("document", READMES)
def test_every_setting_is_documented(document: str) -> None:
    rows = set(re.findall(r"^\| `(MANABI_\w+)` \|", read(document), re.MULTILINE))
    assert rows == SETTINGS


@pytest.mark.parametrize("name", [*DOCUMENTS, "deploy/compose.yaml", "deploy/Caddyfile", "deploy/env.example"])
def test_no_setting_is_named_that_does_not_exist(name: str) -> None:
    assert set(re.findall(r"MANABI_[A-Z_]+[A-Z]", read(name))) <= SETTINGS | FOR_TESTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_commands_that_exist(name: str) -> None:
    typed = re.findall(r"(?:^|`|bin/|exec \w+ )manabi ([a-z]+)(?: ([a-z]+))?", read(name), re.MULTILINE)
    for command, following in typed:
        assert_command([command, following] if command == "db" else [command])


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_list_every_command(name: str) -> None:
    assert set(re.findall(r"`manabi ([a-z]+)", read(name))) == set(manabi().commands)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    targets = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:|course:)([^)#]+)", read(name))
    assert [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_pictures_of_the_readmes_are_there(name: str) -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", read(name))
    assert pictures
    if not (DEPLOY / "images").exists():
        pytest.skip("no picture has been taken yet (tests/screenshots.py)")
    assert [target for _text, target in pictures if not (ROOT / target).is_file()] == []


# What stands in a file


def test_no_source_file_is_too_long_to_read() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*ROOMS, "tests")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE and name not in LONGER} == {}


def test_every_module_says_what_it_is_for() -> None:
    modules = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sources(*ROOMS)}
    assert [name for name, module in modules.items() if module.body and not ast.get_docstring(module)] == []


def test_no_file_holds_an_address_of_a_registry_or_a_path_of_a_machine() -> None:
    assert [f"{name}: {found}" for name in tracked() for found in forbidden(name)] == []


@pytest.mark.parametrize("text", ["see https://py" + "pi.org/simple", "in /" + "tmp/x", '"/' + 'home/somebody/a"'])
def test_what_is_forbidden_is_found(text: str) -> None:
    assert list(forbidden_in(text))


def test_sentences_for_residents_have_named_places() -> None:
    assert [unnamed for path in sources(*ROOMS) for unnamed in unnamed_places(path)] == []


@pytest.mark.parametrize("call", ['_("{}人")', '_("{0}人")', '_("%s人" )', '_(f"{n}人")', "_(sentence)"])
def test_an_unnamed_place_is_found(call: str, tmp_path: Path) -> None:
    source = tmp_path / "topic.py"
    source.write_text(f"from handlers.locales import _\n{call}\n", encoding="utf-8")
    assert list(unnamed_places(source))


def forbidden(name: str) -> Iterator[str]:
    try:
        yield from forbidden_in(read(name))
    except UnicodeDecodeError:
        return  # a picture


def forbidden_in(text: str) -> Iterator[str]:
    yield from (word for word in REGISTRIES if word in text)
    yield from OUR_MACHINES.findall(text)


def unnamed_places(path: Path) -> Iterator[str]:
    """The calls of `_` that no translator could work with: `{}`, `{0}`, `%s`, and what is no literal."""
    text = path.read_text(encoding="utf-8")
    if not re.search(r"from handlers\.locales import .*\b_\b", text):
        return
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
            [sentence] = call.args
            if not (isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)) or not named(
                sentence.value
            ):
                yield f"{path.name}:{call.lineno}"


def named(sentence: str) -> bool:
    places = [place for _text, place, _spec, _conversion in Formatter().parse(sentence) if place is not None]
    return all(place.isidentifier() for place in places) and not re.search(r"%[sd]", sentence)


# What deploys


def test_compose_runs_commands_that_exist() -> None:
    services = compose()["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "manabi"}
    assert set(ours) == {"schema", "serve", "work"}
    for service in ours.values():
        assert_command(service["command"])
        assert service["environment"].keys() <= SETTINGS


def test_compose_waits_for_the_schema() -> None:
    services = compose()["services"]
    assert services["schema"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in ("serve", "work"):
        assert services[name]["depends_on"] == {"schema": {"condition": "service_completed_successfully"}}


def test_compose_holds_no_secret() -> None:
    assert compose()["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    given = re.findall(r"^(\w*(?:PASSWORD|SECRET|TOKEN))=(.*)$", read("deploy/env.example"), re.MULTILINE)
    assert given
    assert [name for name, value in given if value] == []


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_run_commands_that_exist(path: Path) -> None:
    program, *words = shlex.split(unit(path)["Service"]["ExecStart"])
    assert Path(program).name == "manabi"
    assert_command(words)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_give_away_nothing(path: Path) -> None:
    service = unit(path)["Service"]
    hardened = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes"}
    assert {name: service[name] for name in hardened} == hardened
    assert service["User"] != "root"


def test_there_are_units_for_both_processes() -> None:
    assert [path.stem for path in UNITS] == ["manabi-serve", "manabi-work"]


def test_the_image_is_built_of_what_is_there() -> None:
    lines = read("deploy/Containerfile").replace("\\\n", " ").splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert {*ROOMS, "pyproject.toml", "requirements.lock"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["manabi"]
    assert any("--require-hashes" in line and "requirements.lock" in line for line in lines)


def test_the_lock_pins_every_package_by_its_hash() -> None:
    pins = re.findall(r"^[a-z0-9][^\n]*(?:\n {4}[^\n]*)*", read("requirements.lock"), re.MULTILINE)
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    wishes = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    wanted = {name for wish in wishes for name in re.findall(r"^[\w-]+", wish)}
    assert wanted - {name for pin in pins for name in re.findall(r"^[\w-]+", pin)} == set()


def compose() -> Any:
    return yaml.safe_load(read("deploy/compose.yaml"))


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # the way the library documents
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def manabi() -> Any:
    """The command line, to be looked at and not run."""
    return typer.main.get_command(app)


def assert_command(words: list[str]) -> None:
    """Fails unless the words begin with a command of `manabi`, and every option after it is one of its own."""
    command = manabi()
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"manabi has no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= options
