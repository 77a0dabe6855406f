"""Every invariant of seats and money, one query each that counts what breaks it."""

from __future__ import annotations

COUNTS = {
    "bookings": "SELECT count(*) FROM bookings",
    "valid_tickets": "SELECT count(*) FROM tickets WHERE status = 'valid'",
    "reserved_tickets": "SELECT count(*) FROM tickets WHERE status = 'reserved'",
    "cancelled_tickets": "SELECT count(*) FROM tickets WHERE status = 'cancelled'",
    "sold_claims": "SELECT count(*) FROM seat_claims WHERE status = 2",
    "payments": "SELECT count(*) FROM payments",
    "refunds": "SELECT count(*) FROM refunds",
    "tickets_to_print": """
        SELECT count(*) FROM deliveries WHERE status = 'queued' AND channel = 'print'""",
    "emails_to_send": """
        SELECT count(*) FROM deliveries WHERE status = 'queued' AND channel = 'email'""",
}
BROKEN = {
    "places_with_two_live_tickets": """
        SELECT count(*) FROM (SELECT 1 FROM tickets WHERE status <> 'cancelled'
        GROUP BY performance_id, seat_no HAVING count(*) > 1) doubled""",
    "live_tickets_without_a_sold_claim": """
        SELECT count(*) FROM tickets t WHERE t.status <> 'cancelled' AND NOT EXISTS (
        SELECT 1 FROM seat_claims c WHERE c.performance_id = t.performance_id
        AND c.seat_no = t.seat_no AND c.status = 2 AND c.booking_id = t.booking_id)""",
    "sold_claims_without_a_live_ticket": """
        SELECT count(*) FROM seat_claims c WHERE c.status = 2 AND NOT EXISTS (
        SELECT 1 FROM tickets t WHERE t.performance_id = c.performance_id
        AND t.seat_no = c.seat_no AND t.status <> 'cancelled' AND t.booking_id = c.booking_id)""",
    "bookings_whose_tickets_do_not_add_up": """
        SELECT count(*) FROM bookings b WHERE b.total <> (
        SELECT coalesce(sum(t.price), 0) FROM tickets t WHERE t.booking_id = b.id
        AND (t.status <> 'cancelled' OR EXISTS (
        SELECT 1 FROM ticket_sales x WHERE x.ticket_id = t.id AND x.kind = 'sale'))) + (
        SELECT coalesce(sum(v.amount), 0) FROM vouchers v WHERE v.booking_id = b.id)""",
    "bookings_not_paid_in_full": """
        SELECT count(*) FROM (SELECT b.status, b.total, (
        SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.booking_id = b.id) AS paid
        FROM bookings b) f WHERE (status = 'paid' AND paid <> total)
        OR (status = 'reserved' AND paid <> 0)
        OR (status = 'cancelled' AND paid NOT IN (0, total))""",
    "bookings_whose_state_and_tickets_differ": """
        SELECT count(*) FROM (SELECT b.status,
        (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'valid') AS valid,
        (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'reserved') AS reserved
        FROM bookings b) f WHERE (status = 'paid' AND reserved > 0)
        OR (status = 'reserved' AND (valid > 0 OR reserved = 0))
        OR (status = 'cancelled' AND valid + reserved > 0)""",
    "payments_whose_shares_do_not_add_up": """
        SELECT count(*) FROM (SELECT b.id, (
        SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.booking_id = b.id) AS paid, (
        SELECT coalesce(sum(s.amount), 0) FROM payment_shares s JOIN payments p ON p.id = s.payment_id
        WHERE p.booking_id = b.id) AS shared, (
        SELECT coalesce(sum(v.amount), 0) FROM vouchers v WHERE v.booking_id = b.id) AS vouchers
        FROM bookings b) f WHERE paid <> 0 AND paid <> shared + vouchers""",
    "refunds_whose_shares_do_not_add_up": """
        SELECT count(*) FROM refunds r WHERE r.amount <> (
        SELECT coalesce(sum(s.amount), 0) FROM refund_shares s WHERE s.refund_id = r.id)""",
    "tickets_refunded_beyond_what_was_paid": """
        SELECT count(*) FROM (SELECT r.payment_id, s.ticket_id, sum(s.amount) AS back
        FROM refund_shares s JOIN refunds r ON r.id = s.refund_id
        GROUP BY r.payment_id, s.ticket_id) f WHERE back > (
        SELECT coalesce(sum(p.amount), 0) FROM payment_shares p
        WHERE p.payment_id = f.payment_id AND p.ticket_id = f.ticket_id)""",
    "vouchers_whose_entries_do_not_add_up": """
        SELECT count(*) FROM vouchers v WHERE v.balance <> (
        SELECT coalesce(sum(e.amount), 0) FROM voucher_entries e WHERE e.voucher_id = v.id)""",
    "currencies_whose_journal_and_payments_differ": """
        SELECT count(*) FROM (SELECT currency, sum(amount) AS amount FROM (
        SELECT currency, amount FROM payments
        UNION ALL SELECT currency, -amount FROM refunds) m
        GROUP BY currency) p FULL JOIN (SELECT currency, sum(amount) AS amount FROM journal
        WHERE kind IN ('sale', 'refund') GROUP BY currency) j ON j.currency = p.currency
        WHERE coalesce(p.amount, 0) <> coalesce(j.amount, 0)""",
    "journals_cut_short": """
        SELECT count(*) FROM station_counters c WHERE c.journal_seq <> (
        SELECT count(*) FROM journal j WHERE j.station_id = c.station_id)""",
}
