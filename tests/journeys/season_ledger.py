"""What the database says by itself: plain SQL that shares nothing with the program's own queries."""

from contextlib import closing
from datetime import UTC, datetime

import pysqlite3

LIVE = "t.status IN ('valid', 'reserved')"
HELD = """
    SELECT p.id AS payment_id, p.booking_id, p.tender, s.ticket_id, s.amount - coalesce((
        SELECT sum(g.amount) FROM refund_shares g JOIN refunds r ON r.id = g.refund_id
        WHERE r.payment_id = p.id AND g.ticket_id = s.ticket_id), 0) AS amount
    FROM payments p JOIN payment_shares s ON s.payment_id = p.id"""


class Ledger:
    """Asks the season's SQLite file."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")

    def rows(self, sql: str, *values) -> list[tuple]:
        with closing(pysqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as asked:
            return asked.execute(sql, values).fetchall()

    def one(self, sql: str, *values):
        """The only value of the only row."""
        ((value,),) = self.rows(sql, *values)
        return value

    def table(self, sql: str, *values) -> dict:
        """First column -> the rest (the value itself when there are two columns)."""
        found = self.rows(sql, *values)
        return {row[0]: row[1] if len(row) == 2 else row[1:] for row in found}

    # -- what a performance holds --------------------------------------------------------------

    def live(self, performance: str) -> tuple[int, int, int, int, int]:
        """Bookings, tickets, reservations, people, bookings without a customer."""
        (found,) = self.rows(
            f"""SELECT count(DISTINCT b.id), count(*),
            count(DISTINCT CASE WHEN b.status = 'reserved' THEN b.id END),
            count(DISTINCT b.customer_id),
            count(DISTINCT CASE WHEN b.customer_id IS NULL THEN b.id END)
            FROM tickets t JOIN bookings b ON b.id = t.booking_id
            WHERE t.performance_id = ? AND {LIVE}""",
            performance,
        )
        return found

    def held(self, performance: str) -> dict[str, int]:
        """Tender -> minor units held for its live tickets."""
        return self.table(
            f"""SELECT h.tender, sum(h.amount) FROM ({HELD}) h JOIN tickets t ON t.id = h.ticket_id
            WHERE t.performance_id = ? AND {LIVE} AND h.amount > 0 GROUP BY h.tender""",
            performance,
        )

    def holders(self, performance: str) -> dict[str, int]:
        """The address of everybody with a live ticket -> in how many bookings."""
        return self.table(
            f"""SELECT u.email, count(DISTINCT b.id) FROM tickets t
            JOIN bookings b ON b.id = t.booking_id JOIN users u ON u.id = b.customer_id
            WHERE t.performance_id = ? AND {LIVE} GROUP BY 1""",
            performance,
        )

    def starts(self, performance: str) -> datetime:
        """When it begins, UTC."""
        micros = self.one("SELECT starts_at FROM performances WHERE id = ?", performance)
        return datetime.fromtimestamp(micros / 1_000_000, UTC)

    # -- money ---------------------------------------------------------------------------------

    def drawer(self, station: str) -> int:
        """What must lie in the open drawer, in minor units."""
        return self.one(
            """SELECT s.float_amount
            + (SELECT coalesce(sum(amount), 0) FROM payments WHERE shift_id = s.id AND tender = 'cash')
            - (SELECT coalesce(sum(amount), 0) FROM refunds WHERE shift_id = s.id AND tender = 'cash')
            FROM shifts s JOIN stations t ON t.id = s.station_id
            WHERE t.code = ? AND s.closed_at IS NULL""",
            station,
        )

    def money(self) -> tuple[int, int, int, int]:
        """Payments, their sum, refunds, their sum: checked against the journal on the way."""
        payments, taken = self.rows("SELECT count(*), sum(amount) FROM payments")[0]
        refunds, back = self.rows("SELECT count(*), sum(amount) FROM refunds")[0]
        journal = self.table(
            "SELECT kind, count(*), sum(amount) FROM journal WHERE kind IN ('sale', 'refund') GROUP BY kind"
        )
        assert journal == {"sale": (payments, taken), "refund": (refunds, -back)}
        return payments, taken, refunds, back

    def tickets(self) -> tuple[int, int, int, int]:
        """Tickets sold, what was paid for them, how many came back, what went back for them."""
        sold, gross = self.rows(
            "SELECT count(DISTINCT ticket_id), sum(amount) FROM payment_shares"
        )[0]
        returned = self.one(
            "SELECT count(DISTINCT t.id) FROM tickets t JOIN payment_shares s ON s.ticket_id = t.id"
            " WHERE t.status = 'cancelled'"
        )
        return sold, gross, returned, self.one("SELECT sum(amount) FROM refund_shares")

    def by(self, column: str) -> dict[str, tuple[int, int]]:
        """A column of tickets t or bookings b -> tickets sold less returned, takings."""
        return self.table(
            f"""SELECT {column}, sum(t.status = 'valid'), sum(m.amount)
            FROM tickets t JOIN bookings b ON b.id = t.booking_id
            JOIN (SELECT ticket_id, sum(amount) AS amount FROM ({HELD}) GROUP BY ticket_id) m
            ON m.ticket_id = t.id GROUP BY 1"""
        )

    def by_tender(self) -> dict[str, int]:
        """Tender -> takings for tickets."""
        return self.table(f"SELECT tender, sum(amount) FROM ({HELD}) GROUP BY tender")

    def by_operator(self) -> dict[str, int]:
        """Name -> what they took for tickets less what they gave back."""
        return self.table(
            """SELECT u.name, sum(m.amount) FROM (
            SELECT p.operator_id, s.amount FROM payments p
            JOIN payment_shares s ON s.payment_id = p.id UNION ALL
            SELECT r.operator_id, -s.amount FROM refunds r
            JOIN refund_shares s ON s.refund_id = r.id) m
            JOIN users u ON u.id = m.operator_id GROUP BY 1"""
        )
