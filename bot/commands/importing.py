"""`import`: municipal event lists, with a progress bar and one line per doubtful row."""

import sys
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.commands.opening import open_database
from bot.settings import load_settings
from catalog.importing import ImportReport, Severity, import_file
from catalog.models import CourseKind
from catalog.search.catalogue import Catalogue
from handlers import understanding
from scheduler.clock import SystemClock

_KINDS = {
    CourseKind.COURSE: "講座・行事",
    CourseKind.CONSULTATION: "相談",
    CourseKind.NOTICE: "お知らせ",
    CourseKind.CLOSURE: "休館・停止",
    CourseKind.RECRUITMENT: "募集",
}

_FACTS = {
    "ages": "年齢",
    "parent_child": "親子",
    "residency": "在住・在勤",
    "capacity": "定員",
    "selection": "先着・抽選",
    "registration_needed": "申込の要否",
    "apply_from": "申込開始",
    "apply_until": "申込締切",
    "fee_yen": "費用",
    "childcare": "保育",
    "online": "オンライン",
    "wheelchair": "車いす",
    "sign_language": "手話通訳",
    "belongings": "持ち物",
    "fields": "分野",
    "life_stages": "ライフステージ",
    "life_issues": "生活課題",
}


async def import_files(files: list[Path], *, dry_run: bool, as_json: bool) -> int:
    """Imports the files one after the other. Exit code 0: rejected rows are reported, and are no failure."""
    settings = load_settings()
    now = SystemClock(settings.clock).now()
    async with open_database(settings) as database:
        for path in files:
            with _progress_bar(path) as advance:
                report = await import_file(
                    database, path, zone=settings.zone, now=now, dry_run=dry_run, progress=advance.update_to
                )
            if as_json:
                sys.stdout.write(orjson.dumps({"file": path.name, **report.to_json()}).decode() + "\n")
            else:
                sys.stdout.write("\n".join(_lines(path, report)) + "\n")
        if database.index_path and not dry_run:
            # Read and learnt now and kept beside the database: the next start need not.
            await Catalogue().load(database)
            understanding.warm_up(database.index_path.with_suffix(".intents"))
    return 0


class _progress_bar:  # noqa: N801 - used like a function, in a with statement
    """A bar on standard error, so that standard output stays for the report."""

    def __init__(self, path: Path) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(path.name, total=None)

    def __enter__(self) -> "_progress_bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update_to(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


def _lines(path: Path, report: ImportReport) -> list[str]:
    kinds = "・".join(f"{label} {report.kinds[kind]}" for kind, label in _KINDS.items() if report.kinds[kind])
    tried = "(試し読み: 何も変えていません)" if report.dry_run else ""
    lines = [
        f"{path.name}: {report.rows}行 → {report.courses}件、{report.sessions}回{tried}",
        f"  新規 {report.new}・変更 {report.changed}・変更なし {report.unchanged}",
        f"  {kinds}" if kinds else "  講座はありません",
        "  読み取れた行数: " + "・".join(f"{label} {report.yields[fact]}" for fact, label in _FACTS.items()),
    ]
    for severity, label in ((Severity.REJECTED, "取り込めない行"), (Severity.DOUBTFUL, "確かめたい行")):
        issues = [issue for issue in report.issues if issue.severity is severity]
        if issues:
            lines.append(f"  {label}: {len(issues)}")
            lines += [f"    {issue.row}行目({issue.source_id or 'NOなし'}) {issue.reason}" for issue in issues]
    return lines
