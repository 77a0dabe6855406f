"""Works off the e-mails that are owed: takes a few on lease, composes, posts, writes down the answer.

What a letter says is kept before it is posted, and its Message-ID is the delivery's: whoever dies in
between leaves a letter that goes out again as the very same one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.deliveries import LEASE, OUTAGE_TOLD_AFTER, REST, Outgoing, Problem, retry_at
from app.domain.errors import MailDown
from app.domain.events import ProgrammeLine
from app.domain.mail import (
    Answer,
    Attachment,
    Calendars,
    Change,
    Composer,
    Entry,
    Letter,
    MailSettings,
    Outcome,
    Postman,
    TicketDocuments,
    Words,
)
from app.domain.notifications import Kind
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, TicketStatus
from app.domain.users import Operator, Permission
from app.domain.values import new_id, to_micros
from app.services.mail_settings import MailPassword, mail_settings

_log = logging.getLogger(__name__)
_BATCH = 20
_OUTAGE = "mail outage"
_WITH_TICKETS = {
    Kind.BOOKING_CONFIRMED,
    Kind.EXCHANGED,
    Kind.PAYMENT_RECEIVED,
    Kind.EVENT_UPDATED,
    Kind.REMINDER,
}
# What is left of the booking decides whether an entry goes; a cancelled performance takes it in any case.
_CALENDAR = {
    Kind.BOOKING_CONFIRMED: Change.ADD,
    Kind.PAYMENT_RECEIVED: Change.ADD,
    Kind.EVENT_UPDATED: Change.MOVE,
    Kind.EXCHANGED: Change.MOVE,
    Kind.BOOKING_CANCELLED: Change.MOVE,
    Kind.PERFORMANCE_CANCELLED: Change.CANCEL,
    Kind.RESERVATION_EXPIRED: Change.MOVE,
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did, and what is still owed. `problem` says why nothing goes out: "" or a reason of
    MailDown."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0
    waiting: int = 0
    problem: str = ""

    @property
    def tried(self) -> int:
        """Letters that got an answer."""
        return self.sent + self.postponed + self.given_up


@dataclass(frozen=True, slots=True)
class _Round:
    """What is the same for every letter of a batch."""

    settings: MailSettings
    house: str
    now: datetime


class Deliverer:
    """The one who works the outbox off; several may do so at once."""

    def __init__(
        self,
        work: UnitOfWork,
        *,
        password: MailPassword,
        postman: Postman,
        composer: Composer,
        calendars: Calendars,
    ) -> None:
        self._work = work
        self._password = password
        self._postman = postman
        self._composer = composer
        self._calendars = calendars
        self._rest_until: datetime | None = None
        self._reason = ""
        self._stopping = False
        self.documents: TicketDocuments | None = None

    def deliver(self, *, limit: int = _BATCH) -> Delivered:
        """One round: at most `limit` letters. Slow; never raises for a letter or for the server."""
        settings, house, now, waiting = self._work.read(_situation)
        if not waiting or self._stopping:
            return Delivered(waiting=waiting)
        if not settings.host:
            return Delivered(waiting=waiting, problem="not_set_up")
        if self._rest_until is not None and now < self._rest_until:
            return Delivered(waiting=waiting, problem=self._reason)
        password = self._password.get() if settings.user else None
        if settings.user and password is None:
            return Delivered(waiting=waiting, problem="password")
        taken = self._work.write(
            lambda work: work.deliveries.take(limit=limit, lease_until=work.now + LEASE)
        )
        if not taken:
            return Delivered(waiting=waiting)
        return self._batch(taken, _Round(settings, house, now), password)

    def stop(self) -> None:
        """Post no further letter; what a running round holds goes back. From any thread, for good."""
        self._stopping = True

    def try_at_once(self) -> None:
        """Forget that the server was away: somebody has just changed the settings."""
        self._rest_until = None

    def test(self, address: str, *, by: Operator) -> None:
        """Post a letter that says the settings work; MailDown says why they do not."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        settings, house, now, _ = self._work.read(_situation)
        if not settings.host:
            raise MailDown("not_set_up")
        password = self._password.get() if settings.user else None
        if settings.user and password is None:
            raise MailDown("password")
        words = self._composer.compose("test", {}, name=by.name, language="", house=house)
        with self._postman.open(settings, password=password) as post:
            answer = post.send(Letter(new_id(), by.name, address, words, now))
        if answer.outcome is not Outcome.SENT:
            raise MailDown("refused", answer.said)
        self.try_at_once()

    # -- a batch -------------------------------------------------------------------------------

    def _batch(self, taken: Sequence[Outgoing], at: _Round, password: str | None) -> Delivered:
        late = [one for one in taken if _too_late(one, at.now)]
        letters, unreadable = self._composed([one for one in taken if one not in late], at)
        for lost, reason in ((late, "too_late"), (unreadable, "unreadable")):
            for one in lost:
                self._write_down(one, Problem(reason))
        answers: dict[str, Outcome] = {}
        problem = ""
        try:
            if letters:
                self._post(letters, answers, at.settings, password)
                self._up()
            self._give_back([one for one, _ in letters if one.id not in answers])
        except MailDown as down:
            self._down([one for one, _ in letters if one.id not in answers], down)
            problem = down.reason
        counted = list(answers.values())
        return Delivered(
            sent=counted.count(Outcome.SENT),
            postponed=counted.count(Outcome.POSTPONED),
            given_up=counted.count(Outcome.REFUSED) + len(late) + len(unreadable),
            waiting=self._work.read(lambda work: work.deliveries.waiting()),
            problem=problem,
        )

    def _post(
        self,
        letters: Sequence[tuple[Outgoing, Letter]],
        answers: dict[str, Outcome],
        settings: MailSettings,
        password: str | None,
    ) -> None:
        """Post them one by one, noting each answer; MailDown when the server goes away."""
        with self._postman.open(settings, password=password) as post:
            for one, letter in letters:
                if self._stopping:
                    return
                try:
                    answer = post.send(letter)
                except MailDown as down:
                    if down.reason == "dropped":
                        # It may be this letter that the server cannot bear: it waits on its own.
                        answers[one.id] = self._postpone(one, Problem(down.reason, down.said))
                    raise
                answers[one.id] = self._answered(one, answer)

    def _composed(
        self, taken: Sequence[Outgoing], at: _Round
    ) -> tuple[list[tuple[Outgoing, Letter]], list[Outgoing]]:
        """The letters, their words kept; and those whose facts no letter can be made of."""
        letters: list[tuple[Outgoing, Letter]] = []
        unreadable: list[Outgoing] = []
        for one in taken:
            try:
                letters.append((one, self._letter(one, at)))
            except (KeyError, TypeError, ValueError):
                # one bad row must not hold up the post of a whole house
                _log.exception("delivery %s cannot be composed", one.id)
                unreadable.append(one)
        fresh = [(one.id, x.words.subject, x.words.text) for one, x in letters if not one.sent_text]
        self._work.write(lambda work: work.deliveries.composed(fresh))
        return letters, unreadable

    def _letter(self, one: Outgoing, at: _Round) -> Letter:
        words = self._composer.compose(
            one.kind.value, one.content, name=one.name, language=one.language, house=at.house
        )
        if one.sent_text:
            words = Words(one.subject, one.sent_text, words.html)
        return Letter(
            id=one.id,
            name=one.name,
            address=one.address,
            words=words,
            at=one.created_at,
            attachments=self._attachments(one, at),
        )

    def _attachments(self, one: Outgoing, at: _Round) -> tuple[Attachment, ...]:
        if one.booking_id is None or (one.kind not in _WITH_TICKETS and one.kind not in _CALENDAR):
            return ()
        booking_id = one.booking_id
        booking, lines = self._work.read(lambda work: _admissions(work, booking_id))
        found = list(self._entries(one, booking, at))
        if one.kind in _WITH_TICKETS and self.documents is not None:
            pdf = self.documents.pdf(booking, lines)
            if pdf:
                found.insert(0, Attachment(f"{booking.number}.pdf", "application/pdf", pdf))
        return tuple(found)

    def _entries(self, one: Outgoing, booking: Booking, at: _Round) -> Sequence[Attachment]:
        change = _CALENDAR.get(one.kind)
        if change is None:
            return ()
        entries = [
            _entry(facts, booking, change, at=one.created_at)
            for facts in (*_performances(one), *_performances(one, "left"))
        ]
        sender = at.settings.sender_address
        several = len(entries) > 1
        return [
            self._calendars.attachment(
                entry,
                sender=sender,
                name=f"{booking.number}-{n}.ics" if several else f"{booking.number}.ics",
            )
            for n, entry in enumerate(entries, 1)
        ]

    # -- answers -------------------------------------------------------------------------------

    def _answered(self, one: Outgoing, answer: Answer) -> Outcome:
        """Write the server's answer down; what became of the letter."""
        if answer.outcome is Outcome.SENT:
            self._work.write(lambda work: work.deliveries.sent(one.id))
            return Outcome.SENT
        if answer.outcome is Outcome.REFUSED:
            self._write_down(one, Problem("refused", answer.said))
            return Outcome.REFUSED
        return self._postpone(one, Problem("postponed", answer.said))

    def _postpone(self, one: Outgoing, problem: Problem) -> Outcome:
        def act(work: Work) -> Outcome:
            due_at = retry_at(one.attempts, work.now)
            if due_at is None:
                _give_up(work, one, problem)
                return Outcome.REFUSED
            work.deliveries.postponed(one.id, due_at=due_at, problem=problem)
            return Outcome.POSTPONED

        return self._work.write(act)

    def _write_down(self, one: Outgoing, problem: Problem) -> None:
        self._work.write(lambda work: _give_up(work, one, problem))

    def _down(self, untried: Sequence[Outgoing], down: MailDown) -> None:
        """The server is away: what was not tried is as it was before, and told to staff when it lasts."""
        problem = Problem(down.reason, down.said)

        def act(work: Work) -> datetime:
            again_at = work.now + REST
            work.deliveries.released([one.id for one in untried], due_at=again_at, problem=problem)
            _note_outage(work, problem)
            return again_at

        self._reason = down.reason
        self._rest_until = self._work.write(act)

    def _give_back(self, untried: Sequence[Outgoing]) -> None:
        ids = [one.id for one in untried]
        if ids:
            self._work.write(
                lambda work: work.deliveries.released(ids, due_at=work.now, problem=None)
            )

    def _up(self) -> None:
        self._rest_until = None
        if self._work.read(lambda work: work.settings.value(_OUTAGE)) is not None:
            self._work.write(lambda work: work.settings.drop(_OUTAGE))


def _situation(work: Work) -> tuple[MailSettings, str, datetime, int]:
    settings = mail_settings(work)
    house = settings.sender_name or work.settings.house().name
    return settings, house, work.now, work.deliveries.waiting()


def _too_late(one: Outgoing, now: datetime) -> bool:
    """Whether the letter would only annoy: a reminder after the curtain, a deadline that has passed,
    tickets for what was over yesterday."""
    grace = timedelta(0)
    if one.kind is Kind.RESERVATION_EXPIRING:
        moments = [_moment(one.content.get("expires_at"))]
    elif one.kind in _WITH_TICKETS:
        moments = [_moment(facts.get("starts_at")) for facts in _performances(one)]
        grace = timedelta(0) if one.kind is Kind.REMINDER else timedelta(days=1)
    else:
        return False
    known = [moment for moment in moments if moment is not None]
    return bool(known) and max(known) + grace <= now


def _performances(one: Outgoing, key: str = "performances") -> Sequence[Mapping[str, object]]:
    found = one.content.get(key)
    return found if isinstance(found, list) else ()


def _moment(text: object) -> datetime | None:
    """None for what is no instant: a letter that needs it is not composed."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


def _admissions(work: Work, booking_id: str) -> tuple[Booking, dict[str, ProgrammeLine]]:
    booking = work.bookings.booking(booking_id)
    ids = {ticket.performance_id for ticket in booking.tickets}
    return booking, {key: work.events.line(key, now=work.now) for key in ids}


def _entry(facts: Mapping[str, object], booking: Booking, change: Change, *, at: datetime) -> Entry:
    """A performance of the booking as a calendar keeps it. It goes from the calendar only when no
    ticket for it is left."""
    performance_id = str(facts["id"])
    seats = tuple(
        ticket.seat
        for ticket in booking.tickets
        if ticket.performance_id == performance_id and ticket.status is not TicketStatus.CANCELLED
    )
    starts_at = _moment(facts["starts_at"])
    if starts_at is None:
        raise ValueError("a performance without a time")
    return Entry(
        uid=f"{booking.id}.{performance_id}@houselights",
        title=str(facts["title"]),
        venue=str(facts["venue"]),
        address=str(facts.get("address", "")),
        starts_at=starts_at,
        zone=str(facts["zone"]),
        seats=seats,
        number=booking.number,
        change=change if seats else Change.CANCEL,
        revision=_revision(booking, at),
        at=at,
    )


def _revision(booking: Booking, at: datetime) -> int:
    """Seconds since the booking: grows with every later notification, whatever it is about."""
    return max(0, (to_micros(at) - to_micros(booking.created_at)) // 1_000_000)


def _give_up(work: Work, one: Outgoing, problem: Problem) -> None:
    work.deliveries.given_up(one.id, problem=problem)
    if problem.reason == "too_late":
        return
    work.notifications.tell(
        work.notifications.staff(Permission.MANAGE_NOTIFICATIONS),
        kind=Kind.DELIVERY_FAILED,
        subject_kind="delivery",
        subject_id=one.id,
        content={
            "name": one.name,
            "address": one.address,
            "of_kind": one.kind.value,
            "number": one.content.get("number", ""),
            "reason": problem.reason,
            "said": problem.said,
        },
    )


def _note_outage(work: Work, problem: Problem) -> None:
    """Remember since when; once it has lasted, tell staff."""
    kept = work.settings.value(_OUTAGE)
    since = work.now
    told = False
    if isinstance(kept, dict):
        since, told = datetime.fromisoformat(kept["since"]), bool(kept["told"])
    if not told and work.now - since >= OUTAGE_TOLD_AFTER:
        work.notifications.tell(
            work.notifications.staff(Permission.MANAGE_NOTIFICATIONS),
            kind=Kind.MAIL_DOWN,
            subject_kind="settings",
            subject_id="mail",
            content={
                "since": since.isoformat(),
                "reason": problem.reason,
                "said": problem.said,
                "waiting": work.deliveries.waiting(),
            },
        )
        told = True
    work.settings.keep(_OUTAGE, {"since": since.isoformat(), "told": told})
