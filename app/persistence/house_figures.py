"""What a house amounts to, asked of one transaction: for holding a copy against what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.sql import ColumnElement, Select

from app.domain.house_figures import Head, HouseFigures
from app.domain.values import from_micros
from app.persistence import schema as s
from app.persistence.columns import whole_metadata
from app.persistence.counter_tables import changes
from app.persistence.records import settings

MOVED = "moved"  # where the house went, in the settings of the one left behind
_SIZE = 16  # bytes of a fingerprint
_ROUND = 1 << (8 * _SIZE)


def carried() -> tuple[Table, ...]:
    """Every table that belongs to a house, those first that others refer to. What other stations were told
    is of one database only: its numbers and transactions mean nothing elsewhere."""
    return tuple(table for table in whole_metadata().sorted_tables if table is not changes)


def rows_of(table: Table) -> Select[Any]:
    """Every row of it that belongs to the house."""
    return select(table).where(~of_this_database()) if table is settings else select(table)


def of_this_database() -> ColumnElement[bool]:
    """Settings that say something of this very database, or are a secret of its server: a house is made ready
    before another moves into it."""
    return (settings.c.name == MOVED) | settings.c.name.startswith("secret:", autoescape=True)


def counts(connection: Connection) -> dict[str, int]:
    """Rows by table."""
    return {
        table.name: connection.execute(
            select(func.count()).select_from(rows_of(table).subquery())
        ).scalar_one()
        for table in carried()
    }


class Fingerprint:
    """Of the rows of a table, whatever their order: a change, a loss or a doubling of any shows."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows as the driver gives them; the same values on both databases."""
        self._sum += sum(
            int.from_bytes(blake2b(repr(tuple(row)).encode(), digest_size=_SIZE).digest())
            for row in rows
        )

    def __str__(self) -> str:
        return f"{self._sum % _ROUND:0{2 * _SIZE}x}"


def figures(
    connection: Connection, *, prints: Mapping[str, str], rows: Mapping[str, int] | None = None
) -> HouseFigures:
    """What is there, with the fingerprints that were made while reading it."""
    last = connection.execute(select(func.max(s.journal.c.at))).scalar_one()
    return HouseFigures(
        rows=counts(connection) if rows is None else dict(rows),
        money=_money(connection),
        heads=_heads(connection),
        prints=dict(prints),
        last_act_at=None if last is None else from_micros(last),
    )


def _money(connection: Connection) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for name, amount, currency in (
        ("payments", s.payments.c.amount, s.payments.c.currency),
        ("refunds", s.refunds.c.amount, s.refunds.c.currency),
        ("tickets", s.tickets.c.price, s.tickets.c.currency),
        ("vouchers", s.vouchers.c.balance, s.vouchers.c.currency),
    ):
        for code, total in connection.execute(
            select(currency, func.sum(amount)).group_by(currency)
        ):
            sums[name, code] = int(total)
    return sums


def _heads(connection: Connection) -> dict[str, Head]:
    """The last line of each journal as it stands there; that the counters agree is proven by the check."""
    j = s.journal.c
    last = select(j.station_id, func.max(j.seq).label("seq")).group_by(j.station_id).subquery()
    found = connection.execute(
        select(s.stations.c.code, j.seq, j.hash)
        .join(last, (last.c.station_id == j.station_id) & (last.c.seq == j.seq))
        .join(s.stations, s.stations.c.id == j.station_id)
    )
    return {code: Head(seq, hashed) for code, seq, hashed in found}
