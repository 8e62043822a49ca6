"""What the reading of an announcement yields. Unknown stays None; what is doubtful is named for staff."""

from dataclasses import dataclass, field
from datetime import datetime

from catalog.models.course import CapacityUnit, CourseKind, Residency, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The texts of one announcement as a city printed them, by their column; empty where there is none."""

    title: str
    description: str = ""
    schedule: str = ""  # 開始日時特記事項
    target: str = ""  # 対象者, 対象者備考, 参加条件
    fee_basic: str = ""
    fee_detail: str = ""
    capacity: str = ""
    apply_method: str = ""  # 参加申込方法
    remarks: str = ""
    category: str = ""  # カテゴリー, タグ, イベント種類, キーワード
    childcare: str = ""  # 託児所, 子育て情報
    online: str = ""  # Web開催
    venue: str = ""  # 場所名称; read only for "オンライン(Zoom)" and the like
    season: datetime | None = None  # the course's first session: a day printed without a year is near it


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts read out of an `Announcement`. Ages are inclusive years, fees yen, moments UTC."""

    kind: CourseKind = CourseKind.COURSE
    min_age: int | None = None
    max_age: int | None = None
    parent_child: bool = False
    residency: Residency = Residency.NONE
    capacity: int | None = None
    capacity_unit: CapacityUnit = CapacityUnit.PERSON
    selection: Selection = Selection.NONE
    registration_needed: bool | None = None
    apply_from: datetime | None = None
    apply_until: datetime | None = None
    fee_yen: int | None = None
    childcare: bool = False
    online: bool = False
    wheelchair: bool = False
    sign_language: bool = False
    belongings: str | None = None
    target: str | None = None  # the 対象 part of the text, for the card
    fields: tuple[str, ...] = ()
    life_stages: tuple[str, ...] = ()
    life_issues: tuple[str, ...] = ()
    doubts: tuple[str, ...] = field(default=())  # one Japanese sentence each, for the import report
