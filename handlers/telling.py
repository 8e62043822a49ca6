"""The words for what became of a registration without the resident's doing: offers, results, what staff changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.models import ChangeReason, RegistrationState
from catalog.registration import Companions
from catalog.search.entry import SessionEntry
from handlers import offering, steps, wording
from handlers.actions import encode
from handlers.cards import Setting
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Reply, Tone

MAX_CARDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change of a registration, as it is to be told.

    `party` and `person` are nicknames of the reader's own people, empty for the resident; `friends` are the others in
    the party. `by` is how the friend is called who did it, empty for お友だち; None for anybody else. `session` is the
    next to come, with `more` after it; `single` where only that one was applied for. `until`: when an answer must be
    there. `drawn`: parties in the draw, and how many of them won.
    """

    reason: ChangeReason
    state: RegistrationState
    registration_id: int
    course_id: int
    title: str
    party: tuple[str, ...]
    session: SessionEntry | None = None
    more: int = 0
    single: bool = False
    place: str = ""
    contact: str = ""
    person: str | None = None
    friends: tuple[Companions, ...] = ()
    by: str | None = None
    until: datetime | None = None
    position: int | None = None
    drawn: tuple[int, int] | None = None
    note: str = ""


def message(news: Sequence[News], *, setting: Setting) -> Reply:
    """One message for everything that became of a resident's registrations at once."""
    cards = [_WORDS[item.reason](item, setting) for item in news[:MAX_CARDS]]
    return Reply(views=(cards[0] if len(cards) == 1 else Cards(cards=tuple(cards)),))


def _offered(news: News, setting: Setting) -> Card:
    return Card(
        title=news.title,
        badge=_("席があきました"),
        lines=(*_what(news, setting), *offering.answer_until(news.until, setting), _("すぎると次の方にご案内します。")),
        buttons=offering.yes_or_no(news.registration_id),
    )


def _won(news: News, setting: Setting) -> Card:
    if news.state is RegistrationState.OFFERED:
        lines = (
            *_what(news, setting),
            *offering.answer_until(news.until, setting),
            _("すぎると補欠の方にご案内します。"),
        )
        return Card(
            title=news.title, badge=_("当選しました"), lines=lines, buttons=offering.yes_or_no(news.registration_id)
        )
    return Card(
        title=news.title,
        badge=_("当選しました"),
        lines=(*_what(news, setting), _("席は確保できています。")),
        buttons=(_own(news), _cannot_come(news)),
    )


def _reserved(news: News, setting: Setting) -> Card:
    place = _("補欠{n}番目です").format(n=news.position) if news.position else _("補欠です")
    return Card(
        title=news.title,
        badge=place,
        lines=(*_what(news, setting), _("席があいたら、順番にご案内します。")),
        buttons=(_own(news, label=_("このまま待つ")), _similar(news)),
    )


def _lost(news: News, _setting: Setting) -> Card:
    counts = _("(申込{entered}組・当選{won}組)").format(entered=news.drawn[0], won=news.drawn[1]) if news.drawn else ""
    return Card(
        title=news.title,
        badge=_("抽選の結果"),
        lines=(
            _("残念ながら今回は落選でした{counts}。").format(counts=counts),
            _("似た講座なら、いま申し込めるものがあるかもしれません。"),
        ),
        buttons=(_similar(news), _list(), steps.home()),
    )


def _lapsed(news: News, setting: Setting) -> Card:
    return Card(
        title=news.title,
        badge=_("席は次の方へ"),
        lines=(
            *_what(news, setting),
            _("お返事を待てる時間がすぎたので、席を次の方にご案内しました。"),
            _("もう一度、順番を待つこともできます。"),
        ),
        buttons=(steps.apply(news.course_id, label=_("もう一度待つ")), _similar(news)),
    )


def _cancelled(news: News, setting: Setting) -> Card:
    if news.by is not None:
        return Card(
            title=news.title,
            badge=_("申込は取り消されました"),
            lines=(
                *_when(news, setting),
                _("{friend}が、みなさんの申込を取り消しました。").format(friend=_friend(news)),
            ),
            buttons=(steps.apply(news.course_id, label=_("自分で申し込む")), _similar(news)),
        )
    return Card(
        title=news.title,
        badge=_("申込は取り消されました"),
        lines=(*_what(news, setting), _("担当の職員が取り消しました。"), *_reason(news), *_contact(news)),
        buttons=(_similar(news), steps.course(news.course_id)),
    )


def _course_cancelled(news: News, setting: Setting) -> Card:
    body = _("残念ですが、この回は開かれません。") if news.single else _("残念ですが、この講座は開かれません。")
    return Card(
        title=news.title,
        badge=_("この回は中止です") if news.single else _("中止になりました"),
        lines=(*_when(news, setting), body, *_reason(news)),
        buttons=(_similar(news), steps.course(news.course_id)),
    )


def _course_restored(news: News, setting: Setting) -> Card:
    return Card(
        title=news.title,
        badge=_("開かれることになりました"),
        lines=(*_what(news, setting), _("申込は元のままです。"), *_reason(news)),
        buttons=(_own(news), _cannot_come(news)),
    )


def _course_moved(news: News, setting: Setting) -> Card:
    return Card(
        title=news.title,
        badge=_("日時や会場が変わりました"),
        lines=(*_what(news, setting), *_reason(news), *_contact(news)),
        buttons=(_own(news), _cannot_come(news)),
    )


def _friends_joined(news: News, setting: Setting) -> Card:
    return _of_friends(news, setting, _("{friend}が、いっしょに参加することになりました。"))


def _friends_left(news: News, setting: Setting) -> Card:
    return _of_friends(news, setting, _("{friend}は行けなくなりました。ほかの方の申込はそのままです。"))


def _accepted(news: News, setting: Setting) -> Card:
    return _of_friends(news, setting, _("{friend}が返事をして、みなさんの参加が決まりました。"))


def _declined(news: News, setting: Setting) -> Card:
    return _cancelled(news, setting)


def _of_friends(news: News, setting: Setting, sentence: str) -> Card:
    """What another of the party did."""
    return Card(
        title=news.title,
        badge=_("いっしょの申込"),
        lines=(*_what(news, setting), sentence.format(friend=_friend(news))),
        buttons=(_own(news), _cannot_come(news)),
    )


def _friend(news: News) -> str:
    return wording.friend(news.by or "")


def _person_left(news: News, setting: Setting) -> Card:
    if news.by is not None:
        return _of_friends(news, setting, _("{friend}のほうで、お一人が行けなくなりました。"))
    return _changed(news, setting, _("{name}の参加が取り消されました。"))


def _person_replaced(news: News, setting: Setting) -> Card:
    return _changed(news, setting, _("{name}が参加することになりました。"))


def _changed(news: News, setting: Setting, sentence: str) -> Card:
    who = _name(news.person) if news.person is not None else _("お一人")
    return Card(
        title=news.title,
        badge=_("参加する人が変わりました"),
        lines=(*_what(news, setting), sentence.format(name=who), *_reason(news), *_contact(news)),
        buttons=(_own(news), _cannot_come(news)),
    )


def _corrected(news: News, setting: Setting) -> Card:
    states = {
        RegistrationState.CONFIRMED: _("申込ずみ"),
        RegistrationState.ENTERED: _("抽選の結果待ち"),
        RegistrationState.WAITLISTED: _("キャンセル待ち"),
        RegistrationState.OFFERED: _("お返事待ち"),
        RegistrationState.LOST: _("落選"),
    }
    now_is = _("いまは「{state}」です。").format(state=states.get(news.state, _("取消ずみ")))
    answering = news.state is RegistrationState.OFFERED
    return Card(
        title=news.title,
        badge=_("申込が変わりました"),
        lines=(
            *_what(news, setting),
            now_is,
            *(offering.answer_until(news.until, setting) if answering else ()),
            *_reason(news),
            *_contact(news),
        ),
        buttons=offering.yes_or_no(news.registration_id) if answering else (_own(news), steps.course(news.course_id)),
    )


_WORDS: Mapping[ChangeReason, Callable[[News, Setting], Card]] = {
    ChangeReason.OFFERED: _offered,
    ChangeReason.WON: _won,
    ChangeReason.RESERVED: _reserved,
    ChangeReason.LOST: _lost,
    ChangeReason.OFFER_LAPSED: _lapsed,
    ChangeReason.CANCELLED: _cancelled,
    ChangeReason.COURSE_CANCELLED: _course_cancelled,
    ChangeReason.COURSE_RESTORED: _course_restored,
    ChangeReason.COURSE_MOVED: _course_moved,
    ChangeReason.PERSON_LEFT: _person_left,
    ChangeReason.PERSON_REPLACED: _person_replaced,
    ChangeReason.CORRECTED: _corrected,
    ChangeReason.FRIENDS_JOINED: _friends_joined,
    ChangeReason.FRIENDS_LEFT: _friends_left,
    ChangeReason.ACCEPTED: _accepted,
    ChangeReason.DECLINED: _declined,
}
TOLD = frozenset(_WORDS)


def _what(news: News, setting: Setting) -> tuple[str, ...]:
    """When, where and for whom; the last only where it is not the resident alone."""
    names = [*map(_name, news.party), *(wording.friend(other.nickname, other.people) for other in news.friends)]
    alone = news.party in ((), ("",)) and not news.friends
    who = "" if alone else _("参加:{names}").format(names="・".join(names))
    return (*_when(news, setting), *filter(None, (news.place, who)))


def _when(news: News, setting: Setting) -> tuple[str, ...]:
    if news.session is None:
        return ()
    more = _(" ほか{n}回").format(n=news.more) if news.more else ""
    return (offering.beside(news.session.starts_at, setting) + wording.session(news.session, setting.zone) + more,)


def _reason(news: News) -> tuple[str, ...]:
    return (_("理由:{note}").format(note=news.note),) if news.note else ()


def _contact(news: News) -> tuple[str, ...]:
    return (_("問合せ:{contact}").format(contact=news.contact),) if news.contact else ()


def _name(nickname: str) -> str:
    return wording.called(nickname) if nickname else _("ご自身")


def _own(news: News, *, label: str = "") -> Button:
    return Button(label=label or _("申込を見る"), action=encode("mine.show", news.registration_id))


def _list() -> Button:
    return Button(label=_("申込の一覧"), action=encode("mine"))


def _cannot_come(news: News) -> Button:
    return Button(label=_("行けないとき"), action=encode("mine.cancel", news.registration_id))


def _similar(news: News) -> Button:
    return Button(label=_("似た講座"), action=encode("course.similar", news.course_id), tone=Tone.PRIMARY)
