"""One course: the full sheet, saving, "not interested", sharing, similar ones."""

from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import leanings, questions, registration, residents
from catalog.eligibility import RefusalCode, window
from catalog.models import CourseKind, MarkKind
from catalog.recommend import similar
from catalog.registration import Seats
from catalog.search.entry import CourseEntry, VenueEntry
from catalog.search.loading import load_entries
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.context import City, Turn
from handlers.locales import _
from handlers.messages import Button, Reply, Text, Tone, say


async def show(turn: Turn) -> Reply:
    """`course:<id>`."""
    return await show_id(turn, turn.action.number(0))


async def show_id(turn: Turn, course_id: int | None) -> Reply:
    course = await find_course(turn, course_id)
    if course is None:
        return gone()
    if turn.resident.learns and course.kind is CourseKind.COURSE:
        await leanings.note_look(turn.db, turn.resident_id, course.fields, now=turn.now)
    seats = (await registration.seats(turn.db, [course.id], now=turn.now)).get(course.id)
    saved = course.id in await residents.marks(turn.db, turn.resident_id, MarkKind.SAVED)
    sheet = cards.course_sheet(turn, course, seats, _sheet_buttons(turn, course, seats))
    opens_later = _opens_later(turn, course)
    early = await _answer_early(turn, course) if opens_later else ()
    return Reply(views=(sheet,), buttons=(*early, *_next_steps(course, saved=saved, opens_later=opens_later)))


async def _answer_early(turn: Turn, course: CourseEntry) -> tuple[Button, ...]:
    """Before applications open, the questions that a course will ask: who has answered is quick then."""
    asked = await questions.of_course(turn.db, course.id, turn.resident_id)
    return (
        (Button(label=_("先に質問に答える"), action=encode("answers", course.id)),) if questions.missing(asked) else ()
    )


def _sheet_buttons(turn: Turn, course: CourseEntry, seats: Seats | None) -> tuple[Button, ...]:
    buttons = []
    if course.kind is CourseKind.COURSE and cards.shut(turn, course, seats) is None:
        if registration.takes_registrations(course):
            buttons.append(steps.apply(course.id, label=cards.apply_label(course, seats)))
        else:
            buttons.append(Button(label=_("予定に入れる"), action=encode("apply", course.id), tone=Tone.PRIMARY))
    map_url = map_link(course.venue) if course.venue else ""
    if map_url:
        buttons.append(Button(label=_("地図を見る"), url=map_url))
    buttons.append(Button(label=_("カレンダーへ"), url=f"{turn.city.public_url}/c/{course.id}.ics"))
    buttons.append(Button(label=_("公開ページ"), url=f"{turn.city.public_url}/c/{course.id}"))
    return tuple(buttons)


def _next_steps(course: CourseEntry, *, saved: bool, opens_later: bool) -> tuple[Button, ...]:
    keep = Button(label=_("保存をやめる"), action=encode("course.unsave", course.id))
    save = Button(label=_("あとで見る"), action=encode("course.save", course.id))
    if opens_later:
        save = steps.tell_opening(course.id)
    return (
        keep if saved else save,
        Button(label=_("似た講座"), action=encode("course.similar", course.id)),
        Button(label=_("友だちに送る"), action=encode("course.share", course.id)),
    )


async def save(turn: Turn) -> Reply:
    """`course.save:<id>`: kept, and its deadline reminded of."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    await residents.mark(turn.db, turn.resident_id, course.id, MarkKind.SAVED, now=turn.now)
    body = _("「{title}」を保存しました。").format(title=wording.inner(course.title))
    return say(
        body + _told_of(turn, course),
        buttons=(steps.back_to(course.id), Button(label=_("保存した講座"), action=encode("mine.saved")), steps.find()),
    )


def _told_of(turn: Turn, course: CourseEntry) -> str:
    """What whoever has saved a course is told of: that applications open, that they close soon."""
    if not turn.resident.remind_deadline:
        return ""
    if _opens_later(turn, course):
        return _("受付が始まったらお知らせします。")
    return _("しめきりの前の日にお知らせします。") if course.apply_until is not None else ""


def _opens_later(turn: Turn, course: CourseEntry) -> bool:
    refusal = window(course, turn.now)
    return refusal is not None and refusal.code is RefusalCode.NOT_OPEN_YET


async def unsave(turn: Turn) -> Reply:
    """`course.unsave:<id>`."""
    course_id = turn.action.number(0) or 0
    await residents.unmark(turn.db, turn.resident_id, course_id)
    return say(_("保存をやめました。"), buttons=(steps.back_to(course_id), steps.find()))


async def dismiss(turn: Turn) -> Reply:
    """`course.dismiss:<id>`: never recommended again, until undone."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    await residents.mark(turn.db, turn.resident_id, course.id, MarkKind.DISMISSED, now=turn.now)
    return say(
        _("わかりました。「{title}」はもうおすすめしません。").format(title=wording.inner(course.title)),
        buttons=(
            Button(label=_("ほかのおすすめ"), action=encode("recommend")),
            Button(label=_("元にもどす"), action=encode("course.restore", course.id)),
        ),
    )


async def restore(turn: Turn) -> Reply:
    """`course.restore:<id>`: takes "not interested" back."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    await residents.unmark(turn.db, turn.resident_id, course.id)
    return say(
        _("元にもどしました。「{title}」は、またおすすめに出ます。").format(title=wording.inner(course.title)),
        buttons=(steps.course(course.id), steps.recommend(), steps.find()),
    )


async def share(turn: Turn) -> Reply:
    """`course.share:<id>`: words to pass on, with links that open the course on either platform."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    links = [
        Button(label=_("公開ページ"), url=f"{turn.city.public_url}/c/{course.id}"),
        Button(label=_("LINEで送る"), url=f"https://line.me/R/share?text={quote(share_text(turn, course))}"),
    ]
    return Reply(
        views=(Text(body=share_text(turn, course)),),
        buttons=(*links, steps.back_to(course.id)),
    )


def share_text(turn: Turn, course: CourseEntry) -> str:
    return "\n".join(
        [course.title, cards.when(turn, course), cards.where(course), f"{turn.city.public_url}/c/{course.id}"]
    )


async def show_similar(turn: Turn) -> Reply:
    """`course.similar:<id>`."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    found = similar(turn.index, course, now=turn.now, zone=turn.zone, limit=5)
    if not found:
        return say(
            _("「{title}」に似た講座は、いまありません。").format(title=wording.inner(course.title)),
            buttons=(steps.back_to(course.id), steps.recommend(), steps.find()),
        )
    shown = [(other, "") for other in found]
    return Reply(
        views=(
            Text(body=_("「{title}」に似た講座です。").format(title=wording.inner(course.title))),
            await cards.course_cards(turn, shown),
        ),
        buttons=(steps.back_to(course.id), steps.find()),
    )


async def find_course(turn: Turn, course_id: int | None) -> CourseEntry | None:
    """The course from the index, or from the database where the index does not hold it."""
    if course_id is None:
        return None
    return turn.index.course(course_id) or await _from_database(turn.db, course_id)


async def _from_database(db: AsyncSession, course_id: int) -> CourseEntry | None:
    found = await load_entries(db, [course_id])
    return found[0] if found else None


def gone() -> Reply:
    """A button of a course that is not there any more."""
    return say(
        _("その講座は、もう案内に載っていません。近い講座をおさがしします。"), buttons=(steps.find(), steps.recommend())
    )


def map_link(venue: VenueEntry) -> str:
    """A map of the venue, by coordinates where they are known."""
    if venue.latitude is not None and venue.longitude is not None:
        place = f"{venue.latitude},{venue.longitude}"
    else:
        place = quote(f"{venue.name} {venue.address}".strip())
    return f"https://www.google.com/maps/search/?api=1&query={place}"


def chat_links(city: City, course: CourseEntry) -> list[tuple[str, str]]:
    """Links (label, address) that open the course in a chat, for the public page."""
    links = []
    if city.line_id:
        text = quote(_("講座番号{id}").format(id=course.id))
        links.append((_("LINEで申し込む"), f"https://line.me/R/oaMessage/{quote(city.line_id)}/?{text}"))
    if city.telegram_name:
        links.append((_("Telegramで申し込む"), f"https://t.me/{city.telegram_name}?start=c_{course.id}"))
    return links
