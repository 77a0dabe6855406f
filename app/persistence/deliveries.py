"""The outbox in SQL: leases, answers, and what was told to whom.

A letter on lease stays "queued" with its due time moved to the end of the lease, so a crash needs no
clearing up: the letter simply falls due again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.deliveries import (
    Counts,
    DeliveryLine,
    DeliveryState,
    Outgoing,
    Problem,
    Sieve,
    Told,
    state_of,
)
from app.domain.errors import NotFound
from app.domain.facts import DeliveriesChanged, Fact
from app.domain.notifications import Channel, DeliveryStatus, Kind
from app.domain.values import from_micros, new_id, to_micros
from app.persistence.contents import chunks
from app.persistence.deliveries_sifted import (
    let_through,
    needed_for,
    newest_mails,
    told_columns,
)
from app.persistence.records import deliveries, notifications
from app.persistence.schema import users

_QUEUED, _DONE, _FAILED, _WITHDRAWN = (status.value for status in DeliveryStatus)
_EMAIL = Channel.EMAIL.value


class SqlDeliveries:
    """The `Deliveries` port on one connection; `now` is the transaction's instant."""

    def __init__(
        self, connection: Connection, *, now: datetime, announce: Callable[[Fact], None]
    ) -> None:
        self._connection = connection
        self._at = now
        self._now = to_micros(now)
        self._announce = announce

    # -- working it off ------------------------------------------------------------------------

    def take(self, *, limit: int, lease_until: datetime) -> tuple[Outgoing, ...]:
        """See the port."""
        d = deliveries.c
        due = (
            select(d.id)
            .where(d.status == _QUEUED, d.channel == _EMAIL, d.due_at <= self._now)
            .order_by(d.due_at, d.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = tuple(self._connection.execute(due).scalars())
        if not ids:
            return ()
        until = to_micros(lease_until)
        self._change(
            update(deliveries)
            .where(d.id.in_(ids))
            .values(lease_until=until, due_at=until, attempts=d.attempts + 1)
        )
        return self._outgoing(ids)

    def _outgoing(self, ids: tuple[str, ...]) -> tuple[Outgoing, ...]:
        d, n, u = deliveries.c, notifications.c, users.c
        rows = self._connection.execute(
            select(
                d.id,
                n.id,
                d.booking_id,
                d.kind,
                d.address,
                u.name,
                u.language,
                n.content,
                d.created_at,
                d.attempts,
                d.subject,
                d.sent_text,
            )
            .select_from(deliveries)
            .join(notifications, n.id == d.notification_id)
            .join(users, u.id == n.user_id)
            .where(d.id.in_(ids))
            # what failed before comes last: it may be what makes the server hang up
            .order_by(d.attempts, d.created_at, d.id)
        )
        return tuple(
            Outgoing(
                *r[:3], Kind(r[3]), *r[4:7], json.loads(r[7]), from_micros(r[8]), r[9], r[10], r[11]
            )
            for r in rows
        )

    def composed(self, words: Sequence[tuple[str, str, str]]) -> None:
        """See the port."""
        if not words:
            return
        self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == bindparam("which"))
            .values(subject=bindparam("line"), sent_text=bindparam("body")),
            [{"which": key, "line": subject, "body": text} for key, subject, text in words],
        )

    def sent(self, delivery_id: str) -> None:
        """See the port."""
        self._change(
            _one(delivery_id).values(status=_DONE, done_at=self._now, lease_until=None, problem="")
        )

    def postponed(self, delivery_id: str, *, due_at: datetime, problem: Problem) -> None:
        """See the port."""
        self._change(
            _one(delivery_id).values(
                due_at=to_micros(due_at), lease_until=None, problem=str(problem)
            )
        )

    def given_up(self, delivery_id: str, *, problem: Problem) -> None:
        """See the port."""
        self._change(
            _one(delivery_id).values(
                status=_FAILED, done_at=self._now, lease_until=None, problem=str(problem)
            )
        )

    def released(
        self, delivery_ids: Collection[str], *, due_at: datetime, problem: Problem | None
    ) -> None:
        """See the port."""
        d = deliveries.c
        self._change(
            update(deliveries)
            .where(d.id.in_(tuple(delivery_ids)), d.status == _QUEUED)
            .values(
                due_at=to_micros(due_at),
                lease_until=None,
                attempts=d.attempts - 1,
                problem=str(problem or ""),
            )
        )

    # -- by hand -------------------------------------------------------------------------------

    def again(self, delivery_ids: Collection[str]) -> int:
        """See the port."""
        d = deliveries.c
        not_under_way = d.lease_until.is_(None) | (d.lease_until <= self._now)
        return sum(
            self._change(
                update(deliveries)
                .where(
                    d.id.in_(portion),
                    d.channel == _EMAIL,
                    d.status.in_((_QUEUED, _FAILED)),
                    not_under_way,
                )
                .values(
                    status=_QUEUED,
                    due_at=self._now,
                    attempts=0,
                    done_at=None,
                    lease_until=None,
                    address=func.coalesce(_address_of(), d.address),
                )
            )
            for portion in chunks(delivery_ids)
        )

    def once_more(self, notification_ids: Collection[str]) -> int:
        """See the port."""
        n, u = notifications.c, users.c
        rows = [
            {
                "id": new_id(),
                "booking_id": booking_id,
                "notification_id": notification_id,
                "kind": kind,
                "channel": _EMAIL,
                "status": _QUEUED,
                "created_at": self._now,
                "due_at": self._now,
                "address": address,
            }
            for portion in chunks(notification_ids)
            for notification_id, kind, address, booking_id in self._connection.execute(
                select(n.id, n.kind, u.email, _booking_of())
                .join(users, u.id == n.user_id)
                .where(n.id.in_(portion), u.email.like("%_@_%"))
            )
        ]
        if rows:
            self._connection.execute(insert(deliveries), rows)
            self._announce(DeliveriesChanged())
        return len(rows)

    def withdraw(self, booking_id: str, *, channel: Channel) -> bool:
        """See the port. What was tried before may have arrived, whatever the server said."""
        d = deliveries.c
        about = (d.booking_id == booking_id) & (d.channel == channel.value)
        free = d.lease_until.is_(None) | (d.lease_until <= self._now)
        self._change(
            update(deliveries)
            .where(about, d.status == _QUEUED, free)
            .values(status=_WITHDRAWN, done_at=self._now, lease_until=None)
        )
        tried = (d.attempts > 0) & (d.status != _FAILED)
        out = select(d.id).where(about, (d.status.in_((_QUEUED, _DONE))) | tried).limit(1)
        return self._connection.execute(out).first() is None

    def failed(self) -> tuple[str, ...]:
        """See the port."""
        d = deliveries.c
        return tuple(
            self._connection.execute(
                select(d.id).where(d.status == _FAILED, d.channel == _EMAIL)
            ).scalars()
        )

    # -- reading -------------------------------------------------------------------------------

    def waiting(self) -> int:
        """See the port."""
        d = deliveries.c
        owed = select(func.count()).where(d.status == _QUEUED, d.channel == _EMAIL)
        return int(self._connection.execute(owed).scalar_one())

    def counts(self) -> Counts:
        """See the port."""
        d = deliveries.c
        each = (
            select(
                d.status,
                (func.coalesce(d.lease_until, 0) > self._now).label("leased"),
                (d.attempts > 0).label("tried"),
            )
            .where(d.channel == _EMAIL, d.status != _DONE)
            .subquery()
        )
        question = select(*each.c, func.count()).group_by(*each.c)
        rows: Sequence[Any] = self._connection.execute(question).all()
        done = select(func.count()).where(d.channel == _EMAIL, d.status == _DONE)
        sent = int(self._connection.execute(done).scalar_one())
        found = {DeliveryState.DONE: sent} if sent else {}
        for status, on_lease, tried, count in rows:
            lease_until = datetime.max.replace(tzinfo=self._at.tzinfo) if on_lease else None
            state = state_of(
                DeliveryStatus(status), attempts=int(tried), lease_until=lease_until, now=self._at
            )
            found[state] = found.get(state, 0) + count
        return Counts(found)

    def lines(
        self,
        sieve: Sieve,
        *,
        days: tuple[datetime | None, datetime | None],
        after: int,
        limit: int,
    ) -> tuple[Told, ...]:
        """See the port."""
        n = notifications.c
        ids = (
            select(n.id)
            .select_from(needed_for(sieve))
            .where(let_through(sieve, days=days, now=self._now))
            .order_by(n.created_at.desc(), n.id.desc())
            .offset(after)
            .limit(limit)
        )
        found = tuple(self._connection.execute(ids).scalars())
        return self._told(n.id.in_(found), limit=limit) if found else ()

    def count(self, sieve: Sieve, *, days: tuple[datetime | None, datetime | None]) -> int:
        """See the port."""
        question = (
            select(func.count())
            .select_from(needed_for(sieve))
            .where(let_through(sieve, days=days, now=self._now))
        )
        return int(self._connection.execute(question).scalar_one())

    def told(self, notification_id: str) -> Told:
        """See the port."""
        found = self._told(notifications.c.id == notification_id, limit=1)
        if not found:
            raise NotFound("notification", notification_id)
        return found[0]

    def notification_of(self, key: str) -> str:
        """See the port."""
        d = deliveries.c
        found = self._connection.execute(select(d.notification_id).where(d.id == key)).scalar()
        return found or key

    def about(self, booking_id: str, *, limit: int = 200) -> tuple[Told, ...]:
        """See the port."""
        n, d = notifications.c, deliveries.c
        mailed = select(d.notification_id).where(
            d.booking_id == booking_id, d.notification_id.is_not(None)
        )
        own = (n.subject_kind == "booking") & (n.subject_id == booking_id)
        return self._told(own | n.id.in_(mailed), limit=limit)

    def history(self, notification_id: str) -> tuple[DeliveryLine, ...]:
        """See the port."""
        d = deliveries.c
        rows = self._connection.execute(
            select(
                d.id,
                d.channel,
                d.address,
                d.status,
                d.attempts,
                d.lease_until,
                d.created_at,
                d.done_at,
                d.due_at,
                d.problem,
                d.subject,
                d.sent_text,
            )
            .where(d.notification_id == notification_id)
            .order_by(d.created_at.desc(), d.id.desc())
        )
        return tuple(self._line(row) for row in rows)

    def _line(self, row: Any) -> DeliveryLine:
        status = DeliveryStatus(row.status)
        return DeliveryLine(
            id=row.id,
            channel=Channel(row.channel),
            address=row.address,
            state=state_of(
                status,
                attempts=row.attempts,
                lease_until=_instant(row.lease_until),
                now=self._at,
            ),
            created_at=from_micros(row.created_at),
            done_at=_instant(row.done_at),
            due_at=from_micros(row.due_at) if status is DeliveryStatus.QUEUED else None,
            attempts=row.attempts,
            problem=Problem.parsed(row.problem),
            subject=row.subject,
            sent_text=row.sent_text,
        )

    def _told(self, wanted: ColumnElement[bool], *, limit: int) -> tuple[Told, ...]:
        n = notifications.c
        rows = self._connection.execute(
            select(*told_columns())
            .select_from(newest_mails())
            .where(wanted)
            .order_by(n.created_at.desc(), n.id.desc())
            .limit(limit)
        )
        return tuple(self._told_line(row) for row in rows)

    def _told_line(self, row: Row[Any]) -> Told:
        state = None
        if row.status is not None:
            state = state_of(
                DeliveryStatus(row.status),
                attempts=row.attempts,
                lease_until=_instant(row.lease_until),
                now=self._at,
            )
        return Told(
            id=row.id,
            user_id=row.user_id,
            user=row.name,
            kind=Kind(row.kind),
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            content=json.loads(row.content),
            created_at=from_micros(row.created_at),
            read_at=_instant(row.read_at),
            address=row.address or "",
            state=state,
            problem=Problem.parsed(row.problem or ""),
        )

    def _change(self, act: Update) -> int:
        changed = self._connection.execute(act).rowcount
        if changed:
            self._announce(DeliveriesChanged())
        return changed


def _one(delivery_id: str) -> Update:
    return update(deliveries).where(deliveries.c.id == delivery_id)


def _booking_of() -> ColumnElement[str | None]:
    """The booking a notification's first mail was about."""
    d = deliveries.c
    found: ColumnElement[str | None] = (
        select(func.min(d.booking_id))
        .where(d.notification_id == notifications.c.id)
        .correlate(notifications)
        .scalar_subquery()
    )
    return found


def _address_of() -> ColumnElement[str | None]:
    """The address of today of the user a delivery is for; NULL when there is none."""
    n, u = notifications.c, users.c
    found: ColumnElement[str | None] = (
        select(u.email)
        .join(notifications, n.user_id == u.id)
        .where(n.id == deliveries.c.notification_id, u.email.like("%_@_%"))
        .correlate(deliveries)
        .scalar_subquery()
    )
    return found


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
