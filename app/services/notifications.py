"""What users are told: everybody's own panel and wishes, messages to an audience, and what the clock
brings about. Working off the e-mails is `app.services.delivery`; the list of all is
`app.services.outbox`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.deliveries import Told
from app.domain.errors import Invalid
from app.domain.mail import Composer, MailSettings, Words
from app.domain.notifications import (
    Content,
    Holder,
    Kind,
    Notification,
    Wish,
    kinds_for,
    offered,
    wanted_unless_told,
)
from app.domain.occasions import Filling
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.services.mail_settings import mail_settings

PAGE = 50
_PORTION = 250
_MOST_AT_ONCE = 500
_LONGEST_SUBJECT = 200
_LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Message:
    """What the house writes to an audience; `id` makes sending it again harmless."""

    subject: str
    text: str
    id: str = ""

    def checked(self) -> Message:
        """Trimmed and with an id; Invalid for subject or text that is missing or too long."""
        subject, text = " ".join(self.subject.split()), self.text.replace("\r\n", "\n").strip()
        problems = {}
        for name, value, most in (
            ("subject", subject, _LONGEST_SUBJECT),
            ("text", text, _LONGEST_TEXT),
        ):
            if not value:
                problems[name] = "missing"
            elif len(value) > most:
                problems[name] = "too_long"
        if problems:
            raise Invalid(problems)
        return Message(subject, text, self.id or new_id())


@dataclass(frozen=True, slots=True)
class Audience:
    """Who holds tickets of a performance: how many bookings and people, and how many get a mail."""

    bookings: int
    people: int
    by_mail: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as somebody called `name` would read it."""

    name: str
    words: Words


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round of the watch told, by kind."""

    expiring: int = 0
    reminders: int = 0
    houses: int = 0


class NotificationService:
    """Everybody's panel and wishes; messages; the watch."""

    def __init__(self, work: UnitOfWork, *, composer: Composer) -> None:
        self._work = work
        self._composer = composer

    # -- one's own -----------------------------------------------------------------------------

    def newest(
        self, *, below: datetime | None = None, limit: int = PAGE, by: Operator
    ) -> tuple[Notification, ...]:
        """What the operator was told, newest first, from before `below` (UTC)."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(
            lambda work: work.notifications.newest(by.user_id, below=below, limit=limit)
        )

    def unread(self, *, by: Operator) -> int:
        """How many of them are not read yet."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(lambda work: work.notifications.unread(by.user_id))

    def mark_read(self, notification_ids: Collection[str] | None = None, *, by: Operator) -> int:
        """These, or all of the operator's, are read; how many were not. Other people's are passed over."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.write(
            lambda work: work.notifications.mark_read(by.user_id, notification_ids)
        )

    def wishes(self, *, by: Operator) -> tuple[Wish, ...]:
        """Every kind the operator can be told, on every channel it can be told on, in order."""
        by.require(Permission.USE_ACCOUNT)
        chosen = self._work.read(lambda work: work.notifications.wishes(by.user_id))
        wanted = {(wish.kind, wish.channel): wish.wanted for wish in chosen}
        return tuple(
            Wish(kind, channel, wanted.get((kind, channel), wanted_unless_told(kind, channel)))
            for kind in kinds_for(by.role)
            for channel in offered(kind)
        )

    def wish(self, wish: Wish, *, by: Operator) -> None:
        """Keep a choice of the operator's; Invalid({"channel": "unknown"}) when there is none."""
        by.require(Permission.USE_ACCOUNT)
        if wish.channel not in offered(wish.kind):
            raise Invalid({"channel": "unknown"})
        self._work.write(lambda work: work.notifications.wish(by.user_id, wish))

    # -- of others -----------------------------------------------------------------------------

    def of_user(
        self, user_id: str, *, below: datetime | None = None, limit: int = PAGE, by: Operator
    ) -> tuple[Notification, ...]:
        """What a user was told, newest first, from before `below` (UTC): one's own, or with
        SEE_CUSTOMERS."""
        by.require_self(Permission.SEE_CUSTOMERS, user_id=user_id)
        return self._work.read(
            lambda work: work.notifications.newest(user_id, below=below, limit=limit)
        )

    def notification(self, notification_id: str, *, by: Operator) -> Notification:
        """One of them; NotFound. One's own is read now; of others with SEE_CUSTOMERS."""

        def act(work: Work) -> Notification:
            found = work.notifications.notification(notification_id)
            by.require_self(Permission.SEE_CUSTOMERS, user_id=found.user_id)
            if found.user_id != by.user_id or found.read_at is not None:
                return found
            work.notifications.mark_read(by.user_id, [notification_id])
            return work.notifications.notification(notification_id)

        return self._work.write(act)

    def of_booking(self, booking_id: str, *, by: Operator) -> tuple[Told, ...]:
        """What was told about a booking, newest first."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.deliveries.about(booking_id))

    # -- messages ------------------------------------------------------------------------------

    def audience(self, performance_id: str, *, by: Operator) -> Audience:
        """Who a message to the holders of a performance would reach; NotFound. Organizers: own events."""

        def ask(work: Work) -> Audience:
            self._may_message(work, performance_id, by)
            holders = work.notifications.holders(performance_id)
            people = {holder.user_id for holder in holders}
            by_mail = work.notifications.reached_by_mail(people, kind=Kind.MESSAGE)
            return Audience(len(holders), len(people), len(by_mail))

        return self._work.read(ask)

    def preview(self, performance_id: str, message: Message, *, by: Operator) -> Preview | None:
        """The message as one of the holders would read it; None without holders. Organizers: own events."""

        def ask(work: Work) -> Content | None:
            self._may_message(work, performance_id, by)
            first = work.notifications.holders(performance_id, limit=1)
            ids = [holder.booking_id for holder in first]
            facts = work.notifications.content_of(ids, performance_id=performance_id)
            return next(iter(facts.values()), None)

        content = self._work.read(ask)
        if content is None:
            return None
        house = self._work.read(lambda work: work.settings.house().name)
        name = str(content.get("customer", ""))
        said = {**content, "subject": message.subject, "text": message.text}
        kind = Kind.MESSAGE.value
        return Preview(
            name, self._composer.compose(kind, said, name=name, language="", house=house)
        )

    def message_holders(
        self,
        performance_id: str,
        message: Message,
        *,
        progress: Callable[[int, int], bool] | None = None,
        by: Operator,
    ) -> int:
        """Tell everybody who holds a live ticket; how many were told. Nothing is sent here.

        In portions, so that selling goes on: `progress(done, total)` after each, False stops there.
        The same message again (by its id) reaches only whom it has not reached yet. Invalid, NotFound.
        """
        message = message.checked()
        told = 0
        while True:
            portion, left = self.message_portion(performance_id, message, by=by)
            told += portion
            go_on = progress is None or progress(told, told + left)
            if not left or not go_on:
                return told

    def message_user(self, user_id: str, message: Message, *, by: Operator) -> int:
        """Tell one user something; 0 when they were told this message (by its id) before. Invalid,
        NotFound."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        checked = message.checked()

        def act(work: Work) -> int:
            work.users.get(user_id)
            if work.notifications.told_message(user_id, checked.id):
                return 0
            return work.notifications.tell(
                [user_id],
                kind=Kind.MESSAGE,
                subject_kind="message",
                subject_id=checked.id,
                content={"subject": checked.subject, "text": checked.text, "sender": by.name},
            )

        return self._work.write(act)

    def message_portion(
        self, performance_id: str, message: Message, *, by: Operator
    ) -> tuple[int, int]:
        """Tell some of the holders who do not know a checked message yet: how many were told, and how many
        are left. A screen calls it until none is, and everything else comes in between."""

        def act(work: Work) -> tuple[int, int]:
            self._may_message(work, performance_id, by)
            return self._tell_portion(work, performance_id, message, by)

        return self._work.write(act)

    @staticmethod
    def _tell_portion(
        work: Work, performance_id: str, message: Message, by: Operator
    ) -> tuple[int, int]:
        one_each: dict[str, Holder] = {}
        for holder in work.notifications.holders(performance_id, not_told=message.id):
            one_each.setdefault(holder.user_id, holder)
        portion = tuple(one_each.values())[:_PORTION]
        told = work.notifications.tell_holders(
            performance_id,
            kind=Kind.MESSAGE,
            more={"subject": message.subject, "text": message.text, "sender": by.name},
            holders=portion,
            subject=("message", message.id),
        )
        if told and len(portion) == len(one_each):
            work.history.note(
                "messaged",
                subject_kind="performance",
                subject_id=performance_id,
                body={"subject": message.subject, "message": message.id},
                by=by,
            )
        return told, len(one_each) - len(portion)

    @staticmethod
    def _may_message(work: Work, performance_id: str, by: Operator) -> None:
        by.require(Permission.MESSAGE_HOLDERS)
        organizer_id = work.notifications.organizer_of(performance_id)
        by.require_own(Permission.MESSAGE_HOLDERS, organizer_id=organizer_id)

    # -- what the clock brings about -----------------------------------------------------------

    def watch(self, *, by: Operator) -> Watched:
        """Tell what has become due: reservations about to end, curtains, full houses. Each is told once,
        whoever else watches; call it every minute or so."""
        by.require(Permission.USE_ACCOUNT)

        def act(work: Work) -> Watched:
            work.occasions.alone()
            settings = mail_settings(work)
            return Watched(self._expiring(work), self._reminders(work, settings), _houses(work))

        return self._work.write(act)

    @staticmethod
    def _expiring(work: Work) -> int:
        notice = timedelta(hours=work.settings.house().notice_hours)
        if not notice:
            return 0
        due = work.occasions.expiring(notice=notice, limit=_MOST_AT_ONCE)
        if not due:
            return 0
        work.occasions.reminded(due)
        return work.notifications.tell_bookings(due, kind=Kind.RESERVATION_EXPIRING)

    @staticmethod
    def _reminders(work: Work, settings: MailSettings) -> int:
        if not settings.remind_hours:
            return 0
        notice = timedelta(hours=settings.remind_hours)
        curtains = work.occasions.curtains(
            until=work.now + notice, notice=notice, limit=_MOST_AT_ONCE
        )
        return sum(
            work.notifications.tell_holders(
                performance_id,
                kind=Kind.REMINDER,
                holders=holders,
                subject=("performance", performance_id),
            )
            for performance_id, holders in curtains.items()
        )


def _houses(work: Work) -> int:
    """Sold out and nearly so, to whoever looks after the figures."""
    told = 0
    for filling in work.occasions.fillings():
        kind = filling.news
        if kind is None or work.occasions.told(filling.performance_id, kind):
            continue
        told += work.notifications.tell(
            work.notifications.staff(Permission.SEE_FIGURES, organizer_id=filling.organizer_id),
            kind=kind,
            subject_kind="performance",
            subject_id=filling.performance_id,
            content=_filling_content(filling),
        )
    return told


def _filling_content(filling: Filling) -> dict[str, object]:
    return {
        "event_id": filling.event_id,
        "title": filling.title,
        "venue": filling.venue,
        "starts_at": filling.starts_at.isoformat(),
        "zone": filling.zone,
        "places": filling.places,
        "free": filling.free,
    }
