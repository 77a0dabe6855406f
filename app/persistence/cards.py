"""What was asked of card terminals, in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.cards import UNRESOLVED, AttemptKind, AttemptStatus, CardAttempt
from app.domain.errors import CardNotApproved, NotFound
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s

_OPEN = tuple(status.value for status in UNRESOLVED)
_DOUBTFUL = (AttemptStatus.PENDING.value, AttemptStatus.UNKNOWN.value)


class SqlCards:
    """The `Cards` port on one connection; `now` dates what is settled."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def add(self, attempt: CardAttempt) -> bool:
        """See the port. Asked for first: a broken key would end a transaction on PostgreSQL."""
        a = s.card_attempts.c
        if self._connection.execute(select(a.id).where(a.id == attempt.id)).first():
            return False
        self._connection.execute(
            s.card_attempts.insert(),
            {
                "id": attempt.id,
                "station_id": attempt.station_id,
                "operator_id": attempt.operator_id,
                "kind": attempt.kind.value,
                "amount": attempt.amount.minor,
                "currency": attempt.amount.currency,
                "status": attempt.status.value,
                "basket_id": attempt.basket_id,
                "booking_id": attempt.booking_id,
                "created_at": self._now,
            },
        )
        return True

    def attempt(self, attempt_id: str) -> CardAttempt:
        """See the port."""
        found = self._attempts(s.card_attempts.c.id == attempt_id)
        if not found:
            raise NotFound("card_attempt", attempt_id)
        return found[0]

    def settle(
        self,
        attempt_id: str,
        *,
        status: AttemptStatus,
        transaction_id: str | None = None,
        card: str = "",
    ) -> None:
        """See the port."""
        a = s.card_attempts.c
        known = {"transaction_id": transaction_id} if transaction_id else {}
        shown = {"card": card} if card else {}
        before = _DOUBTFUL if status is AttemptStatus.UNKNOWN else _OPEN
        self._connection.execute(
            s.card_attempts.update()
            .where(a.id == attempt_id, a.status.in_(before))
            .values(status=status.value, settled_at=self._now, **known, **shown)
        )

    def hold_back(self, attempt_id: str) -> bool:
        """See the port."""
        a = s.card_attempts.c
        held = self._connection.execute(
            s.card_attempts.update()
            .where(a.id == attempt_id, a.status.in_(_OPEN))
            .values(status=AttemptStatus.UNKNOWN.value)
            .returning(a.id)
        )
        return held.first() is not None

    def unresolved(self, station_id: str) -> tuple[CardAttempt, ...]:
        """See the port."""
        a = s.card_attempts.c
        return self._attempts((a.station_id == station_id) & a.status.in_(_OPEN))

    def book(
        self, attempt_id: str, *, kind: AttemptKind, amount: Money, booking_id: str
    ) -> CardAttempt:
        """See the port. One statement, so that two sales cannot use the same approval."""
        a = s.card_attempts.c
        used = self._connection.execute(
            s.card_attempts.update()
            .where(
                a.id == attempt_id,
                a.kind == kind.value,
                a.status == AttemptStatus.APPROVED.value,
                a.amount == amount.minor,
                a.currency == amount.currency,
            )
            .values(status=AttemptStatus.BOOKED.value, booking_id=booking_id, settled_at=self._now)
            .returning(a.id)
        ).first()
        if used is None:
            raise CardNotApproved(attempt_id)
        return self.attempt(attempt_id)

    def _attempts(self, wanted: ColumnElement[bool]) -> tuple[CardAttempt, ...]:
        query = _QUERY.where(wanted).order_by(s.card_attempts.c.created_at, s.card_attempts.c.id)
        return tuple(
            CardAttempt(
                id=r.id,
                kind=AttemptKind(r.kind),
                amount=Money(r.amount, r.currency),
                status=AttemptStatus(r.status),
                created_at=from_micros(r.created_at),
                station_id=r.station_id,
                operator_id=r.operator_id,
                operator=r.name,
                station_code=r.code,
                basket_id=r.basket_id,
                booking_id=r.booking_id,
                booking_number=r.number or "",
                transaction_id=r.transaction_id,
                card=r.card,
            )
            for r in self._connection.execute(query)
        )


_QUERY: Select[tuple[object, ...]] = (
    select(
        s.card_attempts,
        s.users.c.name,
        s.stations.c.code,
        s.bookings.c.number,
    )
    .join(s.users, s.users.c.id == s.card_attempts.c.operator_id)
    .join(s.stations, s.stations.c.id == s.card_attempts.c.station_id)
    .outerjoin(s.bookings, s.bookings.c.id == s.card_attempts.c.booking_id)
)
