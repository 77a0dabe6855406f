"""The outbox in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from app.domain.notifications import Channel, Delivery, DeliveryStatus
from app.domain.values import from_micros, to_micros
from app.persistence.records import deliveries


class SqlNotifications:
    """The `Notifications` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owed(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        """Queued deliveries, oldest first."""
        d = deliveries.c
        rows = self._connection.execute(
            select(d.id, d.booking_id, d.kind, d.channel, d.status, d.created_at)
            .where(d.status == DeliveryStatus.QUEUED.value)
            .order_by(d.created_at)
            .limit(limit)
        )
        return tuple(
            Delivery(r[0], r[1], r[2], Channel(r[3]), DeliveryStatus(r[4]), from_micros(r[5]))
            for r in rows
        )

    def done(self, booking_id: str, *, channel: Channel, at: datetime) -> None:
        """Mark a booking's deliveries on a channel as done."""
        d = deliveries.c
        self._connection.execute(
            update(deliveries)
            .where(
                d.booking_id == booking_id,
                d.channel == channel.value,
                d.status == DeliveryStatus.QUEUED.value,
            )
            .values(status=DeliveryStatus.DONE.value, done_at=to_micros(at))
        )

    def done_before(self, instant: datetime, *, channel: Channel) -> None:
        """Mark what was owed on a channel before `instant` as done when it fell due."""
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
