"""The next steps that many topics offer: one wording and one code for each."""

from handlers.actions import encode
from handlers.context import City
from handlers.locales import _
from handlers.messages import Button, Tone


def home() -> Button:
    return Button(label=_("メニュー"), action=encode("home"))


def find() -> Button:
    return Button(label=_("講座をさがす"), action=encode("find"))


def recommend() -> Button:
    return Button(label=_("おすすめ"), action=encode("recommend"))


def mine() -> Button:
    return Button(label=_("申込を見る"), action=encode("mine"))


def past() -> Button:
    return Button(label=_("終わった申込"), action=encode("mine.past"))


def details(registration_id: int | None, *, tone: Tone = Tone.PRIMARY) -> Button:
    return Button(label=_("申込の内容"), action=encode("mine.show", registration_id or 0), tone=tone)


def staff() -> Button:
    return Button(label=_("職員にきく"), action=encode("staff"))


def help_() -> Button:
    return Button(label=_("ヘルプ"), action=encode("help"))


def course(course_id: int, *, label: str = "") -> Button:
    return Button(label=label or _("くわしく"), action=encode("course", course_id))


def apply(course_id: int, *, label: str = "") -> Button:
    return Button(label=label or _("申し込む"), action=encode("apply", course_id), tone=Tone.PRIMARY)


def tell_opening(course_id: int) -> Button:
    """Keeps the course, which brings a word when its applications open."""
    return Button(label=_("始まったら知らせて"), action=encode("course.save", course_id), tone=Tone.PRIMARY)


def back_to(course_id: int) -> Button:
    return Button(label=_("講座にもどる"), action=encode("course", course_id))


def stop() -> Button:
    return Button(label=_("やめる"), action=encode("home"))


def similar(course_id: int) -> Button:
    return Button(label=_("似た講座"), action=encode("course.similar", course_id))


def draw(city: City, course_id: int) -> Button:
    """The public page that lets anybody check a lottery: its promise before the draw, the order after it."""
    return Button(label=_("抽選を確かめる"), url=f"{city.public_url}/c/{course_id}/draw")
