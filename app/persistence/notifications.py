"""Telling users, in SQL: notifications and the e-mails owed for them, whole audiences at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.facts import Fact, NotificationsChanged
from app.domain.notifications import (
    ANYWHERE,
    Channel,
    Content,
    Delivery,
    DeliveryStatus,
    Holder,
    Kind,
    Notification,
    Wish,
    offered,
    roles_told,
    wanted_unless_told,
)
from app.domain.tickets import TicketStatus
from app.domain.users import COMMAND_LINE_ID, Permission, Role
from app.domain.values import from_micros, new_id, to_micros
from app.persistence import schema as s
from app.persistence.contents import chunks, contents
from app.persistence.records import deliveries, notification_preferences, notifications


def _reached_by_mail() -> Select[Any]:
    u, w = s.users.c, notification_preferences.c
    return (
        select(u.id, u.email)
        .outerjoin(
            notification_preferences,
            (w.user_id == u.id)
            & (w.kind == bindparam("kind"))
            & (w.channel == Channel.EMAIL.value),
        )
        .where(
            u.id.in_(bindparam("ids", expanding=True)),
            u.active == 1,
            u.email.like("%_@_%"),
            func.coalesce(w.wanted, bindparam("usual")) == 1,
        )
    )


_REACHED_BY_MAIL = _reached_by_mail()  # made once: a sale to a known customer asks it


_N = notifications.c
_NOTIFICATION = (
    _N.id,
    _N.user_id,
    _N.kind,
    _N.subject_kind,
    _N.subject_id,
    _N.content,
    _N.created_at,
    _N.read_at,
)


def _notification(row: Any) -> Notification:
    return Notification(
        row[0],
        row[1],
        Kind(row[2]),
        row[3],
        row[4],
        json.loads(row[5]),
        from_micros(row[6]),
        None if row[7] is None else from_micros(row[7]),
    )


class SqlNotifications:
    """The `Notifications` port on one connection; `now` dates what is written, `tell` takes the fact."""

    def __init__(
        self, connection: Connection, *, now: datetime, announce: Callable[[Fact], None]
    ) -> None:
        self._connection = connection
        self._now = to_micros(now)
        self._announce = announce

    # -- telling -------------------------------------------------------------------------------

    def tell(
        self,
        user_ids: Collection[str],
        *,
        kind: Kind,
        subject_kind: str,
        subject_id: str,
        content: Content,
        booking_id: str | None = None,
        channels: Collection[Channel] = ANYWHERE,
    ) -> int:
        """See the port."""
        said = json.dumps(content, ensure_ascii=False)
        rows = [
            self._row(user_id, kind, subject_kind, subject_id, said)
            for user_id in dict.fromkeys(user_ids)
        ]
        return self._write(rows, kind, dict.fromkeys((r["id"] for r in rows), booking_id), channels)

    def tell_buyer(
        self,
        booking_id: str,
        *,
        kind: Kind,
        more: Content | None = None,
        ticket_ids: Collection[str] = (),
        channels: Collection[Channel] = ANYWHERE,
    ) -> int:
        """See the port."""
        buyers = self._buyers((booking_id,))
        said = self.content_of((booking_id,), ticket_ids=ticket_ids) if buyers else {}
        return self._tell_each(buyers, kind=kind, said=said, more=more, channels=channels)

    def tell_bookings(
        self, booking_ids: Collection[str], *, kind: Kind, more: Content | None = None
    ) -> int:
        """See the port."""
        buyers = self._buyers(booking_ids)
        said = self.content_of([buyer.booking_id for buyer in buyers])
        return self._tell_each(buyers, kind=kind, said=said, more=more)

    def tell_holders(
        self,
        performance_id: str,
        *,
        kind: Kind,
        more: Content | None = None,
        holders: Collection[Holder] | None = None,
        subject: tuple[str, str] | None = None,
    ) -> int:
        """See the port."""
        told = self.holders(performance_id) if holders is None else holders
        said = self.content_of([h.booking_id for h in told], performance_id=performance_id)
        return self._tell_each(told, kind=kind, said=said, more=more, subject=subject)

    def holders(
        self, performance_id: str, *, not_told: str = "", limit: int | None = None
    ) -> tuple[Holder, ...]:
        """See the port."""
        t, b, n = s.tickets.c, s.bookings.c, notifications.c
        user = func.coalesce(t.user_id, b.customer_id)
        question = (
            select(b.id, user)
            .select_from(s.tickets)
            .join(s.bookings, b.id == t.booking_id)
            .where(
                t.performance_id == performance_id,
                t.status != TicketStatus.CANCELLED.value,
                user.is_not(None),
            )
            .group_by(b.id, user)
            .order_by(b.id, user)
            .limit(limit)
        )
        if not_told:
            told = select(n.user_id).where(
                n.subject_kind == "message", n.subject_id == not_told, n.user_id == user
            )
            question = question.where(~told.exists())
        return tuple(Holder(row[0], row[1]) for row in self._connection.execute(question))

    def _buyers(self, booking_ids: Collection[str]) -> list[Holder]:
        b = s.bookings.c
        return [
            Holder(row[0], row[1])
            for portion in chunks(booking_ids)
            for row in self._connection.execute(
                select(b.id, b.customer_id).where(b.id.in_(portion), b.customer_id.is_not(None))
            )
        ]

    def _tell_each(
        self,
        holders: Collection[Holder],
        *,
        kind: Kind,
        said: Mapping[str, Mapping[str, object]],
        more: Content | None = None,
        subject: tuple[str, str] | None = None,
        channels: Collection[Channel] = ANYWHERE,
    ) -> int:
        """One notification for each holder about their own booking."""
        rows, bookings = [], {}
        for holder in holders:
            booking_id = holder.booking_id
            content = {**said[booking_id], **(more or {})}
            text = json.dumps(content, ensure_ascii=False)
            about = subject or ("booking", booking_id)
            rows.append(self._row(holder.user_id, kind, *about, text))
            bookings[rows[-1]["id"]] = booking_id
        return self._write(rows, kind, bookings, channels)

    def content_of(
        self,
        booking_ids: Collection[str],
        *,
        ticket_ids: Collection[str] = (),
        performance_id: str = "",
    ) -> dict[str, dict[str, object]]:
        """See the port."""
        return contents(
            self._connection, booking_ids, ticket_ids=ticket_ids, performance_id=performance_id
        )

    def organizer_of(self, performance_id: str) -> str:
        """See the port."""
        p = s.performances.c
        found = self._connection.execute(
            select(s.events.c.organizer_id)
            .join(s.performances, p.event_id == s.events.c.id)
            .where(p.id == performance_id)
        ).scalar()
        if found is None:
            raise NotFound("performance", performance_id)
        return str(found)

    def staff(self, permission: Permission, *, organizer_id: str = "") -> tuple[str, ...]:
        """See the port."""
        u = s.users.c
        roles = [role.value for role in roles_told(permission)]
        people = (u.active == 1) & (u.id != COMMAND_LINE_ID)
        question = select(u.id).where(people, u.role.in_(roles)).order_by(u.name, u.id)
        if organizer_id:
            question = question.where((u.role != Role.ORGANIZER.value) | (u.id == organizer_id))
        return tuple(self._connection.execute(question).scalars())

    def _row(
        self, user_id: str, kind: Kind, subject_kind: str, subject_id: str, said: str
    ) -> dict[str, str | int]:
        return {
            "id": new_id(),
            "user_id": user_id,
            "kind": kind.value,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "content": said,
            "created_at": self._now,
        }

    def _write(
        self,
        rows: list[dict[str, str | int]],
        kind: Kind,
        bookings: Mapping[str | int, str] | Mapping[str | int, str | None],
        channels: Collection[Channel],
    ) -> int:
        """The notifications, then the mails: `bookings` says which booking each belongs to."""
        if not rows:
            return 0
        self._connection.execute(insert(notifications), rows)
        if Channel.EMAIL in channels and Channel.EMAIL in offered(kind):
            users = {str(row["user_id"]) for row in rows}
            addresses = self.reached_by_mail(users, kind=kind)
            owed = [
                {
                    "id": new_id(),
                    "booking_id": bookings[row["id"]],
                    "notification_id": row["id"],
                    "kind": kind.value,
                    "channel": Channel.EMAIL.value,
                    "status": DeliveryStatus.QUEUED.value,
                    "created_at": self._now,
                    "due_at": self._now,
                    "address": addresses[str(row["user_id"])],
                }
                for row in rows
                if row["user_id"] in addresses
            ]
            if owed:
                self._connection.execute(insert(deliveries), owed)
        one = len(rows) == 1
        self._announce(NotificationsChanged(str(rows[0]["user_id"]) if one else ""))
        return len(rows)

    def reached_by_mail(self, user_ids: Collection[str], *, kind: Kind) -> dict[str, str]:
        """See the port."""
        usual = int(wanted_unless_told(kind, Channel.EMAIL))
        found: dict[str, str] = {}
        for portion in chunks(user_ids):
            asked = {"ids": portion, "kind": kind.value, "usual": usual}
            rows = self._connection.execute(_REACHED_BY_MAIL, asked)
            found.update((row[0], row[1]) for row in rows)
        return found

    # -- reading -------------------------------------------------------------------------------

    def newest(
        self, user_id: str, *, below: datetime | None = None, limit: int
    ) -> tuple[Notification, ...]:
        """See the port."""
        n = notifications.c
        question = (
            select(*_NOTIFICATION)
            .where(self._in_panel(user_id))
            .order_by(n.created_at.desc(), n.id.desc())
            .limit(limit)
        )
        if below is not None:
            question = question.where(n.created_at < to_micros(below))
        return tuple(_notification(row) for row in self._connection.execute(question))

    def notification(self, notification_id: str) -> Notification:
        """See the port."""
        question = select(*_NOTIFICATION).where(notifications.c.id == notification_id)
        row = self._connection.execute(question).first()
        if row is None:
            raise NotFound("notification", notification_id)
        return _notification(row)

    def told_message(self, user_id: str, message_id: str) -> bool:
        """See the port."""
        n = notifications.c
        question = select(n.id).where(
            n.user_id == user_id, n.subject_kind == "message", n.subject_id == message_id
        )
        return self._connection.execute(question.limit(1)).first() is not None

    def unread(self, user_id: str) -> int:
        """See the port."""
        n = notifications.c
        question = (
            select(func.count())
            .select_from(notifications)
            .where(self._in_panel(user_id), n.read_at.is_(None))
        )
        return int(self._connection.execute(question).scalar_one())

    def mark_read(self, user_id: str, notification_ids: Collection[str] | None) -> int:
        """See the port."""
        n = notifications.c
        act = (
            update(notifications)
            .where(n.user_id == user_id, n.read_at.is_(None))
            .values(read_at=self._now)
        )
        if notification_ids is not None:
            act = act.where(n.id.in_(tuple(notification_ids)))
        changed = self._connection.execute(act).rowcount
        if changed:
            self._announce(NotificationsChanged(user_id))
        return changed

    def _in_panel(self, user_id: str) -> ColumnElement[bool]:
        """The user's own, but for kinds not wanted there."""
        n, w = notifications.c, notification_preferences.c
        unwanted = select(w.kind).where(
            w.user_id == user_id, w.channel == Channel.PANEL.value, w.wanted == 0
        )
        return (n.user_id == user_id) & n.kind.not_in(unwanted)

    def wishes(self, user_id: str) -> tuple[Wish, ...]:
        """See the port."""
        w = notification_preferences.c
        rows = self._connection.execute(
            select(w.kind, w.channel, w.wanted).where(w.user_id == user_id)
        )
        return tuple(Wish(Kind(r[0]), Channel(r[1]), bool(r[2])) for r in rows)

    def wish(self, user_id: str, wish: Wish) -> None:
        """See the port."""
        w = notification_preferences.c
        one = (w.user_id == user_id) & (w.kind == wish.kind.value)
        one &= w.channel == wish.channel.value
        wanted = int(wish.wanted)
        changed = self._connection.execute(
            update(notification_preferences).where(one).values(wanted=wanted)
        )
        if not changed.rowcount:
            self._connection.execute(
                insert(notification_preferences),
                {
                    "user_id": user_id,
                    "kind": wish.kind.value,
                    "channel": wish.channel.value,
                    "wanted": wanted,
                },
            )
        self._announce(NotificationsChanged(user_id))

    # -- print ---------------------------------------------------------------------------------

    def owed(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        """See the port."""
        d = deliveries.c
        rows = self._connection.execute(
            select(d.id, d.booking_id, d.kind, d.channel, d.status, d.created_at)
            .where(d.status == DeliveryStatus.QUEUED.value, d.channel == Channel.PRINT.value)
            .order_by(d.created_at)
            .limit(limit)
        )
        return tuple(
            Delivery(r[0], r[1], r[2], Channel(r[3]), DeliveryStatus(r[4]), from_micros(r[5]))
            for r in rows
        )

    def done(self, booking_id: str, *, channel: Channel, at: datetime) -> int:
        """See the port."""
        d = deliveries.c
        marked = self._connection.execute(
            update(deliveries)
            .where(
                d.booking_id == booking_id,
                d.channel == channel.value,
                d.status == DeliveryStatus.QUEUED.value,
            )
            .values(status=DeliveryStatus.DONE.value, done_at=to_micros(at))
        )
        return marked.rowcount

    def done_before(self, instant: datetime, *, channel: Channel) -> None:
        """See the port."""
        d = deliveries.c
        self._connection.execute(
            update(deliveries)
            .where(
                d.status == DeliveryStatus.QUEUED.value,
                d.created_at < to_micros(instant),
                d.channel == channel.value,
            )
            .values(status=DeliveryStatus.DONE.value, done_at=d.created_at)
        )
