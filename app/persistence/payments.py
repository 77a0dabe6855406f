"""Payments and the journal in SQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.domain.payments import Audit, JournalHead, JournalLine
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

    def audit(self) -> Audit:
        """See the port. Each rule is one query that counts what breaks it."""
        one = self._connection.exec_driver_sql
        return Audit(
            {name: one(sql).scalar_one() for name, sql in _COUNTS.items()},
            {rule: one(sql).scalar_one() for rule, sql in _BROKEN.items()},
        )


_COUNTS = {
    "bookings": "SELECT count(*) FROM bookings",
    "valid_tickets": "SELECT count(*) FROM tickets WHERE status = 'valid'",
    "sold_claims": "SELECT count(*) FROM seat_claims WHERE status = 2",
    "payments": "SELECT count(*) FROM payments",
    "deliveries_owed": "SELECT count(*) FROM deliveries WHERE status = 'queued'",
}
_BROKEN = {
    "places_with_two_live_tickets": """
        SELECT count(*) FROM (SELECT 1 FROM tickets WHERE status = 'valid'
        GROUP BY performance_id, seat_no HAVING count(*) > 1) doubled""",
    "live_tickets_without_a_sold_claim": """
        SELECT count(*) FROM tickets t WHERE t.status = 'valid' AND NOT EXISTS (
        SELECT 1 FROM seat_claims c WHERE c.performance_id = t.performance_id
        AND c.seat_no = t.seat_no AND c.status = 2 AND c.booking_id = t.booking_id)""",
    "sold_claims_without_a_live_ticket": """
        SELECT count(*) FROM seat_claims c WHERE c.status = 2 AND NOT EXISTS (
        SELECT 1 FROM tickets t WHERE t.performance_id = c.performance_id
        AND t.seat_no = c.seat_no AND t.status = 'valid' AND t.booking_id = c.booking_id)""",
    "bookings_whose_tickets_do_not_add_up": """
        SELECT count(*) FROM bookings b WHERE b.total <> (
        SELECT coalesce(sum(t.price), 0) FROM tickets t WHERE t.booking_id = b.id)""",
    "bookings_not_paid_in_full": """
        SELECT count(*) FROM bookings b WHERE b.total <> (
        SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.booking_id = b.id)""",
    "payments_whose_shares_do_not_add_up": """
        SELECT count(*) FROM payments p WHERE p.amount <> (
        SELECT coalesce(sum(s.amount), 0) FROM payment_shares s WHERE s.payment_id = p.id)""",
    "currencies_whose_journal_and_payments_differ": """
        SELECT count(*) FROM (SELECT currency, sum(amount) AS amount FROM payments
        GROUP BY currency) p FULL JOIN (SELECT currency, sum(amount) AS amount FROM journal
        GROUP BY currency) j ON j.currency = p.currency
        WHERE coalesce(p.amount, 0) <> coalesce(j.amount, 0)""",
    "journals_cut_short": """
        SELECT count(*) FROM station_counters c WHERE c.journal_seq <> (
        SELECT count(*) FROM journal j WHERE j.station_id = c.station_id)""",
}
