"""The least number of people a course needs (最少催行人数): counted when it is to be decided, and then staff are asked.

`catalog.changing` has the two answers: `cancel_course` and `hold_course`.
"""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import (
    Course,
    CourseRules,
    CourseStatus,
    Participant,
    Registration,
    RegistrationState,
    StaffTask,
    StaffTaskKind,
)
from catalog.registration.seating import lock

_COMING = (RegistrationState.CONFIRMED, RegistrationState.ENTERED)

_people = (
    select(func.count())
    .select_from(Participant)
    .join(Registration, col(Registration.id) == col(Participant.registration_id))
    .where(
        col(Registration.course_id) == col(Course.id),
        col(Registration.state).in_(_COMING),
        col(Participant.active),
        ~col(Participant.in_childcare),
    )
    .correlate(Course)
    .scalar_subquery()
)


async def people(db: AsyncSession, course_id: int) -> int:
    """How many people mean to come: those with a place, and those in a lottery; children in childcare do not count."""
    return await db.scalar(select(_people).select_from(Course).where(col(Course.id) == course_id)) or 0


async def due(db: AsyncSession, *, now: datetime) -> list[int]:
    """Courses that are to be decided now, have too few people, and of which staff have not been asked."""
    asked = exists().where(
        col(StaffTask.course_id) == col(Course.id),
        col(StaffTask.kind) == StaffTaskKind.TOO_FEW,
        col(StaffTask.created_at) >= col(CourseRules.decide_at),
    )
    found = await db.scalars(
        select(col(Course.id))
        .join(CourseRules, col(CourseRules.course_id) == col(Course.id))
        .where(
            col(CourseRules.decide_at) <= now,
            col(Course.status) == CourseStatus.SCHEDULED,
            col(Course.starts_at).is_(None) | (col(Course.starts_at) > now),
            _people < col(CourseRules.min_people),
            ~asked,
        )
        .order_by(col(Course.id))
    )
    return [course_id for course_id in found.all() if course_id is not None]


async def ask(db: AsyncSession, course_id: int, *, now: datetime) -> bool:
    """Writes down that staff must decide; False where that is no longer so, or somebody else has done it."""
    await lock(db, [course_id])
    if course_id not in await due(db, now=now):
        return False
    rules = await db.get_one(CourseRules, course_id)
    words = f"申込は{await people(db, course_id)}人で、最少催行人数の{rules.min_people}人に届いていません。"
    db.add(StaffTask(course_id=course_id, kind=StaffTaskKind.TOO_FEW, words=words, created_at=now))
    await db.flush()
    return True


async def open_tasks(db: AsyncSession) -> list[StaffTask]:
    """What waits for a decision, the oldest first."""
    found = await db.scalars(select(StaffTask).where(col(StaffTask.done_at).is_(None)).order_by(col(StaffTask.id)))
    return list(found.all())
