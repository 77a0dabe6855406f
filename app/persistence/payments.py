"""Payments and the journal in SQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.domain.payments import JournalHead, JournalLine
from app.persistence import schema as s
from app.persistence.statements import Driver, Statement

# Reads the head and advances it in one statement; the row lock makes a station's own sales follow each
# other, so a chain has no gap and no fork. SEAL then keeps the new line's hash, in the same transaction.
_ADVANCE = """
UPDATE station_counters SET journal_seq = journal_seq + 1, booking_seq = booking_seq + 1
WHERE station_id = {0} RETURNING journal_seq, journal_hash, booking_seq"""
_SEAL = "UPDATE station_counters SET journal_hash = {0} WHERE station_id = {1}"
ADVANCE = Statement(sqlite=_ADVANCE.format(":station"), postgresql=_ADVANCE.format("%(station)s"))
SEAL = Statement(
    sqlite=_SEAL.format(":hash", ":station_id"),
    postgresql=_SEAL.format("%(hash)s", "%(station_id)s"),
)


class SqlPayments:
    """The `Payments` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def journal_head(self, station_id: str) -> JournalHead:
        """See the port."""
        ((seq, sealed, booking_seq),) = Driver(self._connection).rows(
            ADVANCE, {"station": station_id}
        )
        return JournalHead(station_id, seq - 1, sealed, booking_seq)

    def journal(self) -> Iterator[JournalLine]:
        """Every line, by station and seq, streamed."""
        j = s.journal.c
        query = select(
            j.station_id, j.seq, j.kind, j.body, j.amount, j.currency, j.at, j.prev_hash, j.hash
        ).order_by(j.station_id, j.seq)
        for row in self._connection.execute(query).yield_per(5000):
            yield JournalLine(*row)
