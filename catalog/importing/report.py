"""What an import came to: counts, and one line per row that was rejected or is doubtful."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.models.course import CourseKind

# What is read out of announcements, in the order of the report.
FACTS = (
    *("ages", "parent_child", "residency", "capacity", "selection", "registration_needed", "apply_from", "apply_until"),
    *("fee_yen", "childcare", "online", "wheelchair", "sign_language", "belongings", "fields", "life_stages"),
    "life_issues",
)


class Severity(StrEnum):
    REJECTED = "rejected"  # the row is not in the catalogue
    DOUBTFUL = "doubtful"  # the row is in the catalogue, without what cannot be right


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIssue:
    """Why a row was rejected, or what about it is doubtful: one Japanese sentence."""

    row: int  # as a spreadsheet numbers it
    source_id: str  # NO or ID; may be empty
    severity: Severity
    reason: str


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """Counts of one file. `sessions`, `kinds` and `yields` are of all its courses, changed or not."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    sessions: int = 0
    kinds: Counter[CourseKind] = field(default_factory=Counter)
    yields: Counter[str] = field(default_factory=Counter)  # rows that a fact of `FACTS` was read from
    issues: list[RowIssue] = field(default_factory=list)
    dry_run: bool = False

    @property
    def courses(self) -> int:
        return self.new + self.changed + self.unchanged

    @property
    def rejected(self) -> int:
        """The number of rows that are not in the catalogue."""
        return len({issue.row for issue in self.issues if issue.severity is Severity.REJECTED})

    def to_json(self) -> dict[str, Any]:
        """Plain values for `manabi import --json`."""
        return {
            "rows": self.rows,
            "rejected": self.rejected,
            "courses": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
            "sessions": self.sessions,
            "kinds": {kind.value: self.kinds[kind] for kind in CourseKind},
            "yields": {fact: self.yields[fact] for fact in FACTS},
            "issues": [
                {"row": i.row, "source_id": i.source_id, "severity": i.severity.value, "reason": i.reason}
                for i in self.issues
            ],
            "dry_run": self.dry_run,
        }
