"""Every notification and what became of its e-mail, for whoever looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.deliveries import Counts, DeliveryLine, DeliveryState, Sieve, Told
from app.domain.facts import DeliveriesChanged
from app.domain.notifications import Channel
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission


@dataclass(frozen=True, slots=True)
class Opened:
    """A notification with everything that was sent for it, newest first."""

    told: Told
    deliveries: tuple[DeliveryLine, ...]


class OutboxService:
    """The list of all notifications, and sending again."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def count(self, sieve: Sieve, *, by: Operator) -> int:
        """How many notifications the sieve lets through."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._work.read(lambda work: work.deliveries.count(sieve, days=_days(work, sieve)))

    def lines(
        self, sieve: Sieve, *, after: int = 0, limit: int = 100, by: Operator
    ) -> tuple[Told, ...]:
        """At most `limit` of them after the first `after`, newest first."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._work.read(
            lambda work: work.deliveries.lines(
                sieve, days=_days(work, sieve), after=after, limit=limit
            )
        )

    def counts(self, *, by: Operator) -> Counts:
        """How many e-mails stand where."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._work.read(lambda work: work.deliveries.counts())

    def open(self, key: str, *, by: Operator) -> Opened:
        """One, by its own id or by a delivery's; NotFound."""
        by.require(Permission.MANAGE_NOTIFICATIONS)

        def ask(work: Work) -> Opened:
            notification_id = work.deliveries.notification_of(key)
            return Opened(
                work.deliveries.told(notification_id), work.deliveries.history(notification_id)
            )

        return self._work.read(ask)

    def resend(self, notification_id: str, *, by: Operator) -> int:
        """Send its e-mail again: what has not gone out is tried at once, what has goes out a second time.
        Always to the user's address of today; 0 when there is none. NotFound."""
        by.require(Permission.MANAGE_NOTIFICATIONS)

        def act(work: Work) -> int:
            told = work.deliveries.told(notification_id)
            waiting = [
                line.id
                for line in work.deliveries.history(told.id)[:1]
                if line.state not in {DeliveryState.DONE, DeliveryState.WITHDRAWN}
            ]
            again, once_more = work.deliveries.again, work.deliveries.once_more
            count = again(waiting) if waiting else once_more((told.id,))
            if count:
                body = {"kind": told.kind.value, "to": told.user}
                work.history.note(
                    "resent", subject_kind="notification", subject_id=told.id, body=body, by=by
                )
            return count

        return self._work.write(act)

    def posted_before(self, instant: datetime, *, by: Operator) -> None:
        """Nobody waits any more for the e-mails told before `instant` (UTC): a house that begins to post
        does not write to people about last season."""
        by.require(Permission.MANAGE_NOTIFICATIONS)

        def act(work: Work) -> None:
            work.notifications.done_before(instant, channel=Channel.EMAIL)
            work.tell(DeliveriesChanged())

        self._work.write(act)

    def retry_failed(self, *, by: Operator) -> int:
        """Try every delivery that was given up once more; how many."""
        by.require(Permission.MANAGE_NOTIFICATIONS)

        def act(work: Work) -> int:
            count = work.deliveries.again(work.deliveries.failed())
            if count:
                work.history.note(
                    "retried",
                    subject_kind="notification",
                    subject_id="failed",
                    body={"count": count},
                    by=by,
                )
            return count

        return self._work.write(act)


def _days(work: Work, sieve: Sieve) -> tuple[datetime | None, datetime | None]:
    """The sieve's days on the house's clock as instants, the last day included."""
    zone = work.settings.house().zone if sieve.since or sieve.until else "UTC"
    since = None if sieve.since is None else _midnight(sieve.since, zone)
    until = None if sieve.until is None else _midnight(sieve.until + timedelta(days=1), zone)
    return since, until


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
