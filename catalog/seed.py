"""The rows that every catalogue begins with: fields of learning, life stages and issues, the catalogue's version."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.database import Database
from catalog.models.course import CatalogueVersion, FieldOfLearning, LifeIssue, LifeStage
from catalog.reading.life_issues import life_issue_names
from catalog.upsert import insert_missing, table

FIELDS: dict[str, str] = {
    "language": "語学・ことば",
    "literature_history": "文学・歴史",
    "science": "科学",
    "it_digital": "IT・デジタル",
    "music": "音楽",
    "art_craft": "美術・工芸",
    "tea_flower_calligraphy": "茶道・華道・書道",
    "cooking": "料理",
    "sports_fitness": "スポーツ・運動",
    "health_care": "健康・医療・介護",
    "parenting": "子育て",
    "career_money": "仕事・お金",
    "volunteering_civic": "ボランティア・市民活動",
    "environment": "環境",
    "disaster": "防災・防犯",
    "human_rights_peace": "人権・平和",
    "multicultural": "多文化・国際交流",
    "hobby_games": "趣味・ゲーム",
    "nature_outdoor": "自然・野外活動",
}
# code: name, first age, last age (inclusive years)
LIFE_STAGES: dict[str, tuple[str, int, int | None]] = {
    "infant": ("乳幼児", 0, 5),
    "child": ("学齢", 6, 12),
    "youth": ("青年", 13, 29),
    "adult": ("成人", 30, 64),
    "senior": ("高齢", 65, None),
}


async def seed(database: Database) -> None:
    """Adds what is missing and leaves alone what the city has renamed; issues are renamed in their vocabulary.

    Safe to call at every start, by any number.
    """
    async with database.reading() as session:
        if not await _is_missing(session):
            return
    async with database.transaction() as session:
        await insert_missing(
            session,
            FieldOfLearning,
            [{"code": code, "name": name, "position": n} for n, (code, name) in enumerate(FIELDS.items(), start=1)],
        )
        await insert_missing(
            session,
            LifeStage,
            [
                {"code": code, "name": name, "min_age": first, "max_age": last}
                for code, (name, first, last) in LIFE_STAGES.items()
            ],
        )
        await insert_missing(
            session,
            LifeIssue,
            [
                {"code": code, "name": name, "position": n}
                for n, (code, name) in enumerate(life_issue_names().items(), start=1)
            ],
        )
        await _name_issues(session)
        await insert_missing(session, CatalogueVersion, [{"id": 1, "version": 0}])


async def _is_missing(session: AsyncSession) -> bool:
    fields = set(await session.scalars(select(col(FieldOfLearning.code))))
    stages = set(await session.scalars(select(col(LifeStage.code))))
    version = await session.get(CatalogueVersion, 1)
    whole = fields >= FIELDS.keys() and stages >= LIFE_STAGES.keys() and not await _misnamed(session)
    return not (whole and version)


async def _misnamed(session: AsyncSession) -> dict[str, str]:
    """Life issues, code and name, whose rows do not say what the reader's vocabulary does: it is what a city edits."""
    stored = dict((await session.execute(select(table(LifeIssue).c.code, table(LifeIssue).c.name))).all())
    return {code: name for code, name in life_issue_names().items() if stored.get(code) != name}


async def _name_issues(session: AsyncSession) -> None:
    for code, name in (await _misnamed(session)).items():
        await session.execute(update(table(LifeIssue)).where(table(LifeIssue).c.code == code).values(name=name))
