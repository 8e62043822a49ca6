"""Municipal event lists (イベント一覧) into the catalogue."""

from catalog.importing.importer import import_file
from catalog.importing.report import ImportReport, RowIssue, Severity

__all__ = ["ImportReport", "RowIssue", "Severity", "import_file"]
