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
_UNSOLD = """JOIN tickets t ON t.id = s.ticket_id
        WHERE t.booking_id = b.id AND b.deposit > 0 AND t.status = 'cancelled' AND NOT EXISTS (
        SELECT 1 FROM ticket_sales x WHERE x.ticket_id = t.id AND x.kind = 'sale')"""
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
        SELECT coalesce(sum(v.amount), 0) FROM vouchers v WHERE v.booking_id = b.id) + (
        SELECT coalesce(sum(i.price), 0) FROM booking_items i WHERE i.booking_id = b.id) - (
        SELECT coalesce(sum(e.credit - e.fee), 0) FROM exchanges e WHERE e.booking_id = b.id)""",
    # `unsold` is what of a deposit stands on tickets that were given up before the rest was paid; what an
    # exchange of paid tickets gave back was paid and is no longer in the total
    "bookings_not_paid_in_full": f"""
        SELECT count(*) FROM (SELECT b.status, b.deposit, b.total + (
        SELECT coalesce(sum(e.returned), 0) FROM exchanges e WHERE e.booking_id = b.id
        AND e.credit > 0) AS total, (
        SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.booking_id = b.id) AS paid, (
        SELECT coalesce(sum(s.amount), 0) FROM payment_shares s {_UNSOLD}) + (
        SELECT coalesce(sum(s.amount), 0) FROM exchange_shares s {_UNSOLD}) AS unsold
        FROM bookings b) f WHERE (status = 'paid' AND paid - unsold <> total)
        OR (status = 'reserved' AND paid <> deposit)
        OR (status = 'cancelled' AND paid <> 0 AND paid - unsold <> total)""",  # noqa: S608 - our own text
    "bookings_whose_state_and_tickets_differ": """
        SELECT count(*) FROM (SELECT b.status,
        (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'valid') AS valid,
        (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'reserved') AS reserved,
        (SELECT count(*) FROM booking_items i WHERE i.booking_id = b.id AND i.status = 'valid') AS items
        FROM bookings b) f WHERE (status = 'paid' AND reserved > 0)
        OR (status = 'reserved' AND (valid > 0 OR reserved = 0))
        OR (status = 'reserved' AND items > 0)
        OR (status = 'cancelled' AND valid + reserved + items > 0)""",
    "bookings_that_name_another_event_than_their_tickets": """
        SELECT count(*) FROM (SELECT b.event_id, min(p.event_id) AS first, max(p.event_id) AS last
        FROM bookings b LEFT JOIN tickets t ON t.booking_id = b.id
        LEFT JOIN performances p ON p.id = t.performance_id GROUP BY b.id, b.event_id) f
        WHERE coalesce(event_id, '') <> CASE WHEN first = last THEN first ELSE '' END""",
    # gift vouchers sold before they had shares are paid by what their bookings' tickets leave over
    "payments_whose_shares_do_not_add_up": """
        SELECT count(*) FROM (SELECT b.id, (
        SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.booking_id = b.id) AS paid, (
        SELECT coalesce(sum(s.amount), 0) FROM payment_shares s JOIN payments p ON p.id = s.payment_id
        WHERE p.booking_id = b.id) AS shared, (
        SELECT sum(s.amount) FROM item_shares s JOIN payments p ON p.id = s.payment_id
        WHERE p.booking_id = b.id) AS goods, (
        SELECT coalesce(sum(v.amount), 0) FROM vouchers v WHERE v.booking_id = b.id) AS vouchers
        FROM bookings b) f WHERE paid <> 0 AND paid <> shared + coalesce(goods, vouchers)""",
    "items_not_paid_in_full": """
        SELECT count(*) FROM booking_items i LEFT JOIN (
        SELECT item_id, sum(amount) AS paid FROM item_shares GROUP BY item_id) s ON s.item_id = i.id
        WHERE i.price <> coalesce(s.paid, 0)""",
    "memberships_in_force_whose_item_was_taken_back": """
        SELECT count(*) FROM members m JOIN booking_items i ON i.id = m.item_id
        WHERE i.status = 'cancelled' AND m.ended_at IS NULL""",
    "vouchers_that_pay_though_their_money_went_back": """
        SELECT count(*) FROM vouchers WHERE status = 'valid'
        AND id IN (SELECT item_id FROM refund_item_shares)""",
    "refunds_whose_shares_do_not_add_up": """
        SELECT count(*) FROM refunds r WHERE r.amount <> (
        SELECT coalesce(sum(s.amount), 0) FROM refund_shares s WHERE s.refund_id = r.id) + (
        SELECT coalesce(sum(s.amount), 0) FROM refund_item_shares s WHERE s.refund_id = r.id)""",
    "tickets_refunded_beyond_what_was_paid": """
        SELECT count(*) FROM (SELECT payment_id, ticket_id FROM (
        SELECT payment_id, ticket_id, amount FROM payment_shares
        UNION ALL SELECT payment_id, item_id, amount FROM item_shares
        UNION ALL SELECT payment_id, ticket_id, amount FROM exchange_shares
        UNION ALL SELECT r.payment_id, s.ticket_id, -s.amount
        FROM refund_shares s JOIN refunds r ON r.id = s.refund_id
        UNION ALL SELECT r.payment_id, s.item_id, -s.amount
        FROM refund_item_shares s JOIN refunds r ON r.id = s.refund_id) moves
        GROUP BY payment_id, ticket_id HAVING sum(amount) < 0) f""",
    "exchanges_in_which_money_was_made_or_lost": """
        SELECT count(*) FROM (SELECT exchange_id, payment_id FROM exchange_shares
        GROUP BY exchange_id, payment_id HAVING sum(amount) <> 0) f""",
    "exchanges_that_moved_something_else": """
        SELECT count(*) FROM exchanges e WHERE e.credit > 0 AND e.credit - e.fee - e.returned <> (
        SELECT coalesce(sum(s.amount), 0) FROM exchange_shares s
        WHERE s.exchange_id = e.id AND s.amount > 0)""",
    "exchanges_whose_tickets_live": """
        SELECT count(*) FROM tickets WHERE exchange_id IS NOT NULL AND status <> 'cancelled'""",
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
