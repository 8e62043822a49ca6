"""Who offers a course and where, from the names that a list prints."""

from typing import Any

import pytest

from catalog.importing.layouts import Layout, SourceRecord
from catalog.importing.places import department_of, organizer_kind, organizer_of, venue_of
from catalog.models.course import OrganizerKind


def record(**fields: Any) -> SourceRecord:
    return SourceRecord(row=2, layout=Layout.OLD, municipality="132292", city="西東京市", **fields)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(
            (name, OrganizerKind.GOVERNMENT)
            for name in ("", "西東京市", "田無公民館", "消防局警防課", "中央図書館", "教育委員会")
        ),
        *((name, OrganizerKind.COMPANY) for name in ("見本ビル管理(株)", "株式会社まなび", "有限会社田無")),
        *(
            (name, OrganizerKind.GROUP)
            for name in ("NPO法人市民の会", "公民館まつり実行委員会", "ヨガサークル", "見本市スポーツ協会")
        ),
    ],
)
def test_kinds_of_organisers(name: str, kind: OrganizerKind) -> None:
    assert organizer_kind(name) is kind


def test_the_city_organises_what_nobody_else_does() -> None:
    assert organizer_of(record()) == ("西東京市", OrganizerKind.GOVERNMENT)


@pytest.mark.parametrize(
    ("fields", "department"),
    [
        ({"contact_name": "社会教育課"}, "社会教育課"),
        ({"contact_name": "", "organizer": "田無公民館"}, "田無公民館"),
        ({"contact_name": "ヨガサークル", "organizer": "公民館"}, "公民館"),
        ({"contact_name": "株式会社健康センター"}, None),
        ({}, None),
    ],
)
def test_departments(fields: dict[str, str], department: str | None) -> None:
    assert department_of(record(**fields)) == department


@pytest.mark.parametrize(
    ("fields", "area"),
    [
        ({"venue": "田無公民館"}, "田無"),
        ({"venue": "柳沢公民館"}, "西武柳沢"),
        ({"venue": "ひばりが丘図書館", "address": "西東京市ひばりが丘1-2-1"}, "ひばりが丘"),
        ({"venue": "下保谷児童センター"}, "下保谷"),
        ({"venue": "集会所", "address": "西東京市東伏見6-1-36"}, "東伏見"),
        ({"venue": "オンライン"}, None),
    ],
)
def test_areas(fields: dict[str, str], area: str | None) -> None:
    venue = venue_of(record(**fields))
    assert venue is not None
    assert venue.area == area


def test_another_city_brings_its_own_wards() -> None:
    venue = venue_of(SourceRecord(row=2, layout=Layout.OLD, municipality="221309", venue="田無会館", town="中区"))
    assert venue is not None
    assert venue.area == "中区"


def test_coordinates_off_the_earth_are_dropped() -> None:
    venue = venue_of(record(venue="田無公民館", latitude="357.2", longitude="139.5"))
    assert venue is not None
    assert (venue.latitude, venue.longitude) == (None, None)
