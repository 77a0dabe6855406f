"""Shifts and the cash moved by hand, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal_column, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.payments import Tender
from app.domain.shifts import (
    CashMovement,
    DrawerAct,
    Shift,
    ShiftReport,
    TenderTakings,
    report_from_json,
    report_to_json,
)
from app.domain.values import Money, from_micros, new_id, to_micros
from app.persistence import schema as s


class SqlShifts:
    """The `Shifts` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_at(self, station_id: str) -> Shift | None:
        """See the port."""
        c = s.station_counters.c
        open_one = select(c.shift_id).where(c.station_id == station_id).scalar_subquery()
        found = self._shifts(s.shifts.c.id == open_one, limit=1)
        return found[0] if found else None

    def next_number(self, station_id: str) -> int:
        """See the port."""
        x = s.shifts.c
        last = select(func.coalesce(func.max(x.number), 0)).where(x.station_id == station_id)
        return int(self._connection.execute(last).scalar_one()) + 1

    def begin(self, shift: Shift, *, operator_id: str) -> None:
        """See the port."""
        self._connection.execute(
            s.shifts.insert(),
            {
                "id": shift.id,
                "station_id": shift.station_id,
                "operator_id": operator_id,
                "currency": shift.currency,
                "float_amount": shift.float_amount.minor,
                "opened_at": to_micros(shift.opened_at),
                "number": shift.number,
            },
        )
        self._point(shift.station_id, shift.id)

    def move(self, shift_id: str, movement: CashMovement, *, operator_id: str) -> None:
        """See the port."""
        self._connection.execute(
            s.cash_movements.insert(),
            {
                "id": new_id(),
                "shift_id": shift_id,
                "operator_id": operator_id,
                "kind": movement.act.value,
                "amount": movement.amount.minor,
                "note": movement.note,
                "at": to_micros(movement.at),
            },
        )

    def end(self, report: ShiftReport) -> None:
        """See the port."""
        shift = report.shift
        if shift.closed_at is None or shift.counted is None or shift.expected is None:
            raise ValueError("a shift ends with its Z report")
        self._connection.execute(
            s.shifts.update()
            .where(s.shifts.c.id == shift.id)
            .values(
                closed_at=to_micros(shift.closed_at),
                counted=shift.counted.minor,
                expected=shift.expected.minor,
                report=report_to_json(report),
            )
        )
        self._point(shift.station_id, None)

    def report(self, shift: Shift, *, at: datetime, by: str) -> ShiftReport:
        """See the port."""
        p = s.payments.c
        bookings = select(func.count(p.booking_id.distinct())).where(p.shift_id == shift.id)
        first, last = self._lines(shift)
        return ShiftReport(
            shift=shift,
            at=at,
            by=by,
            bookings=int(self._connection.execute(bookings).scalar_one()),
            takings=self._takings(shift.id),
            movements=self._movements(shift),
            first_line=first,
            last_line=last,
        )

    def z_report(self, shift_id: str) -> ShiftReport:
        """See the port."""
        x = s.shifts.c
        text = self._connection.execute(
            select(x.report).where(x.id == shift_id, x.closed_at.is_not(None))
        ).scalar()
        if text is None:
            raise NotFound("shift", shift_id)
        return report_from_json(text)

    def past(self, *, station_id: str | None, limit: int) -> tuple[Shift, ...]:
        """See the port."""
        x = s.shifts.c
        wanted: ColumnElement[bool] = x.closed_at.is_not(None)
        if station_id is not None:
            wanted &= x.station_id == station_id
        return self._shifts(wanted, limit=limit)

    def _point(self, station_id: str, shift_id: str | None) -> None:
        c = s.station_counters.c
        self._connection.execute(
            s.station_counters.update().where(c.station_id == station_id).values(shift_id=shift_id)
        )

    def _lines(self, shift: Shift) -> tuple[int, int]:
        """From the float's journal line to the station's last."""
        j = s.journal.c
        mine = j.station_id == shift.station_id
        opened = (j.kind == DrawerAct.FLOAT.value) & (j.at == to_micros(shift.opened_at))
        first = select(func.min(j.seq)).where(mine, opened).scalar_subquery()
        last = select(func.max(j.seq)).where(mine).scalar_subquery()
        row = self._connection.execute(select(first, last)).one()
        return int(row[0] or 0), int(row[1] or 0)

    def _takings(self, shift_id: str) -> tuple[TenderTakings, ...]:
        p, r = s.payments.c, s.refunds.c
        zero: ColumnElement[int] = literal_column("0")
        money = union_all(
            select(
                p.currency,
                p.tender,
                literal_column("1").label("payments"),
                p.amount.label("taken"),
                zero.label("refunds"),
                zero.label("back"),
            ).where(p.shift_id == shift_id),
            select(r.currency, r.tender, zero, zero, literal_column("1"), r.amount).where(
                r.shift_id == shift_id
            ),
        ).subquery()
        m = money.c
        rows = self._connection.execute(
            select(
                m.currency,
                m.tender,
                func.sum(m.payments),
                func.sum(m.taken),
                func.sum(m.refunds),
                func.sum(m.back),
            ).group_by(m.currency, m.tender)
        )
        found = [
            TenderTakings(
                Tender(r[1]), int(r[2]), Money(int(r[3]), r[0]), int(r[4]), Money(int(r[5]), r[0])
            )
            for r in rows
        ]
        order = list(Tender)
        return tuple(sorted(found, key=lambda t: (t.taken.currency, order.index(t.tender))))

    def _movements(self, shift: Shift) -> tuple[CashMovement, ...]:
        m = s.cash_movements.c
        rows = self._connection.execute(
            select(m.kind, m.amount, m.note, m.at, s.users.c.name)
            .join(s.users, s.users.c.id == m.operator_id)
            .where(m.shift_id == shift.id)
            .order_by(m.at, m.id)
        )
        return tuple(
            CashMovement(
                DrawerAct(r[0]), Money(r[1], shift.currency), r[2], from_micros(r[3]), r[4]
            )
            for r in rows
        )

    def _shifts(self, wanted: ColumnElement[bool], *, limit: int) -> tuple[Shift, ...]:
        x = s.shifts.c
        rows = self._connection.execute(
            select(s.shifts, s.stations.c.code, s.users.c.name)
            .join(s.stations, s.stations.c.id == x.station_id)
            .join(s.users, s.users.c.id == x.operator_id)
            .where(wanted)
            .order_by(x.opened_at.desc(), x.number.desc())
            .limit(limit)
        )
        return tuple(_shift(row) for row in rows)


def _shift(row: Any) -> Shift:
    def cash(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, row.currency)

    return Shift(
        id=row.id,
        station_id=row.station_id,
        station_code=row.code,
        number=row.number,
        operator=row.name,
        float_amount=Money(row.float_amount, row.currency),
        opened_at=from_micros(row.opened_at),
        closed_at=None if row.closed_at is None else from_micros(row.closed_at),
        counted=cash(row.counted),
        expected=cash(row.expected),
    )
