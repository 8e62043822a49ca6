"""Who offers a course and where: kinds of organisers, departments, and the quarter a venue lies in."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from catalog.importing.layouts import SourceRecord
from catalog.importing.values import one_line, parse_number
from catalog.models.course import OrganizerKind

_COMPANY = re.compile(r"株式会社|有限会社|合同会社|合資会社|[(（][株有][)）]|[㈱㈲]")
_GROUP = re.compile(
    r"実行委員会|NPO|ＮＰＯ|法人|協会|協議会|連盟|連合|財団|サークル|クラブ|ボランティア|グループ|サポーター|有志|市民企画|商店|"
    r"組合|団体|友の会|の会$|を守る会|会$"
)
_CITY = re.compile(
    r"[市区町村都道府県]$|[都道府県市区町村]役所|課|[部局室署]$|係$|公民館|図書館|博物館|美術館|資料館|資料室|科学館|児童館|会館|"
    r"センター|福祉館|学校|保健所|消防|警察|庁舎|教育委員会|記念館|体育館|ホール|公園|運動場|緑地|ルピナス"
)
_DEPARTMENT = re.compile(
    r"課|[部局室署係]$|公民館|図書館|博物館|資料館|資料室|児童館|センター|保健所|教育委員会|事務局$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFacts:
    """A venue as a list describes it; `name` and `address` are its identity."""

    name: str
    address: str
    area: str | None
    latitude: float | None
    longitude: float | None
    access: str | None


def organizer_of(record: SourceRecord) -> tuple[str, OrganizerKind] | None:
    """Name and kind of the organiser; the city itself where the list names nobody."""
    name = one_line(record.organizer) or one_line(record.city)
    if not name:
        return None
    return name[:200], organizer_kind(record.organizer)


def organizer_kind(name: str) -> OrganizerKind:
    """The kind that a name tells. Nobody named is the city; a name that tells nothing is taken for a group."""
    if not name or "教育委員会" in name:
        return OrganizerKind.GOVERNMENT
    if _COMPANY.search(name):
        return OrganizerKind.COMPANY
    if _GROUP.search(name):
        return OrganizerKind.GROUP
    return OrganizerKind.GOVERNMENT if _CITY.search(name) else OrganizerKind.GROUP


def department_of(record: SourceRecord) -> str | None:
    """The city's department behind a course: the contact, or the organiser itself, where it is one."""
    for name in (record.contact_name, record.organizer):
        plain = one_line(name)
        if plain and _DEPARTMENT.search(plain) and organizer_kind(plain) is OrganizerKind.GOVERNMENT:
            return plain[:200]
    return None


def venue_of(record: SourceRecord) -> VenueFacts | None:
    """Where the course meets; None when the list names no place."""
    name = one_line(record.venue or record.meeting_point)
    if not name:
        return None
    latitude, longitude = parse_number(record.latitude), parse_number(record.longitude)
    on_earth = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    address = one_line(record.address)[:300]
    return VenueFacts(
        name=name[:200],
        address=address,
        area=_area(record.municipality, name, address) or one_line(record.town)[:60] or None,
        latitude=latitude if on_earth else None,
        longitude=longitude if on_earth else None,
        access=record.access or None,
    )


def _area(municipality: str, name: str, address: str) -> str | None:
    """The quarter by the address, which is exact, else by the venue's name."""
    areas = _areas(municipality)
    by_address = (area for area, towns, _ in areas if address and any(town in address for town in towns))
    by_name = (area for area, _, words in areas if any(word in name for word in words))
    return next(by_address, None) or next(by_name, None)


@cache
def _areas(municipality: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    if not re.fullmatch(r"[0-9]{5,6}", municipality):
        return ()
    table = files("catalog.importing") / "areas" / f"{municipality}.tsv"
    if not table.is_file():
        return ()
    lines = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return tuple((area, _words(towns), _words(words)) for area, towns, words in lines)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(",") if word)
