"""Exchanges: what is previewed is what is posted, and no money is made or lost on the way."""

import pytest

from app.domain.bookings import ScanResult
from app.domain.customers import Contact
from app.domain.discounts import DiscountEntry, DiscountKind, Scope
from app.domain.errors import (
    BookingState,
    CardNotApproved,
    Conflict,
    EmptyBasket,
    NotEnoughMoney,
    OtherCurrency,
    SeatTaken,
    TicketState,
)
from app.domain.notifications import Kind
from app.domain.payments import Tender, Tendered
from app.domain.report_parts import Wanted
from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.values import new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, plan, theatre
from tests.services.exchanging import Exchanging


@pytest.fixture
def at(house):
    return Exchanging(house)


def statuses(booking) -> dict[str, str]:
    return {ticket.seat: ticket.status.value for ticket in booking.tickets}


def test_an_equal_exchange_moves_the_money_and_posts_nothing(at: Exchanging):
    booking = at.sold("A-1", "A-2")
    shown, after = at.make(at.wish(booking, ("A-2",), at.lines(at.first, "A-5")))
    assert (shown.credit, shown.fee, shown.due, shown.back) == tuple(
        at.house.euros(amount) for amount in (40, 0, 0, 0)
    )
    assert statuses(after) == {"A-1": "valid", "A-2": "cancelled", "A-5": "valid"}
    old, new = (next(t for t in after.tickets if t.seat == seat) for seat in ("A-2", "A-5"))
    assert old.exchange_id is not None
    assert new.code != old.code
    assert (after.total, after.paid, after.refunded) == tuple(
        at.house.euros(amount) for amount in (80, 80, 0)
    )
    assert at.held(booking.id)[new.id] == at.house.euros(40)
    assert old.id not in at.held(booking.id)
    journal = at.services.payments.journal(by=at.house.admin)
    assert [(line.kind, line.amount) for line in journal] == [("sale", 8000), ("exchange", 0)]
    at.check()


def test_an_upgrade_takes_what_is_missing(at: Exchanging):
    booking = at.sold("D-1", "D-2")
    slip = (Tendered(Tender.SLIP, reference="4711"),)
    shown, after = at.make(at.wish(booking, ("D-1",), at.lines(at.first, "A-1")), tenders=slip)
    assert (shown.credit, shown.price, shown.due) == tuple(
        at.house.euros(amount) for amount in (30, 40, 10)
    )
    assert [(p.tender, p.amount.minor) for p in after.payments] == [
        (Tender.CASH, 6000),
        (Tender.SLIP, 1000),
    ]
    assert after.total == at.house.euros(70)
    at.check()


def test_a_cheaper_seat_gives_the_difference_back_the_way_it_was_paid(at: Exchanging):
    tenders = (Tendered(Tender.SLIP, at.house.euros(50), "77"), Tendered(Tender.CASH))
    booking = at.sold("A-1", "A-2", tenders=tenders)
    lines = at.lines(at.first, "D-1", "D-2")
    shown, after = at.make(at.wish(booking, ("A-1", "A-2"), lines))
    assert (shown.back, shown.total) == (at.house.euros(20), at.house.euros(60))
    assert [(part.tender, part.amount) for part in shown.parts] == [
        (Tender.CASH, at.house.euros(20))
    ]
    assert [(r.tender, r.amount) for r in after.refunds] == [(Tender.CASH, at.house.euros(20))]
    assert after.total == at.house.euros(60)
    at.check()


def test_another_evening_costs_a_fee_that_stays_on_the_old_ticket(at: Exchanging):
    booking = at.sold("A-1", "A-2")
    wish = at.wish(booking, ("A-1", "A-2"), at.lines(at.second, "A-1", "A-2"))
    shown, after = at.make(wish)
    assert (shown.fee, shown.due) == (at.house.euros(5), at.house.euros(5))
    assert shown.fee_tax.minor == 2 * 16  # 7 % inside 2.50
    held = at.held(booking.id)
    old = [t for t in after.tickets if t.exchange_id]
    assert {held[ticket.id].minor for ticket in old} == {250}
    assert after.total == at.house.euros(85) == after.paid
    at.check()
    live = {ticket.id: held[ticket.id] for ticket in after.live}
    at.services.bookings.cancel(booking.id, reason="ill", by=at.house.cashier)
    at.services.bookings.refund(
        booking.id, wanted=live, reason="ill", key=new_id(), by=at.house.cashier
    )
    at.check()
    left = at.services.bookings.held(booking.id, by=at.house.cashier)
    assert sum(one.amount.minor for one in left) == 500


def test_the_fee_is_never_more_than_what_is_held_and_can_be_waived(at: Exchanging):
    booking = at.sold("A-1")
    ticket = booking.tickets[0]
    at.services.bookings.refund(
        booking.id,
        wanted={ticket.id: at.house.euros(38.5)},
        reason="goodwill",
        key=new_id(),
        by=at.house.cashier,
    )
    wish = at.wish(booking, ("A-1",), at.lines(at.second, "A-1"))
    assert at.preview(wish).fee == at.house.euros(1.5)
    waived = at.wish(
        booking, ("A-1",), at.lines(at.second, "A-1"), waive_fee=True, reason="our fault"
    )
    shown, _after = at.make(waived)
    assert (shown.fee, shown.due) == (at.house.euros(0), at.house.euros(38.5))
    (made,) = at.services.exchanges.of(booking.id, by=at.house.cashier)
    assert (made.waived, made.reason) == (True, "our fault")
    at.check()


def test_the_same_seat_at_another_price_type(at: Exchanging):
    booking = at.sold("A-1")
    shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.first, "A-1", child=True)))
    assert (shown.back, after.total) == (at.house.euros(20), at.house.euros(20))
    assert [t.price_type for t in after.live] == ["Child"]
    at.check()


def test_tickets_are_added_without_giving_any_up(at: Exchanging):
    booking = at.sold("A-1")
    shown, after = at.make(at.wish(booking, (), at.lines(at.first, "A-2", "A-3")))
    assert (shown.due, shown.credit, after.total) == tuple(
        at.house.euros(amount) for amount in (80, 0, 120)
    )
    assert len(after.live) == 3
    at.check()


def test_another_event_and_another_tax(at: Exchanging):
    booking = at.sold("A-1")
    shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.other, "A-1")))
    assert (shown.credit, shown.fee, shown.price, shown.due) == tuple(
        at.house.euros(amount) for amount in (40, 2.5, 50, 12.5)
    )
    assert after.live[0].tax == at.house.euros(50).tax_included(1900)
    at.check()
    back_again, _ = at.make(at.wish(after, ("A-1",), at.lines(at.first, "A-1")))
    assert (back_again.fee, back_again.back) == (at.house.euros(0), at.house.euros(10))
    at.check()


def test_a_reservation_swaps_its_tickets_and_moves_no_money(at: Exchanging):
    until = at.house.clock.now.replace(year=2027)
    booking = at.services.tickets.reserve(
        at.house.order("A-1", "A-2"), until=until, by=at.house.cashier
    )
    wish = at.wish(booking, ("A-2",), at.lines(at.second, "D-1"))
    shown, after = at.make(wish)
    assert shown.unpaid
    assert (shown.fee, shown.due, shown.back, shown.total) == tuple(
        at.house.euros(amount) for amount in (0, 0, 0, 70)
    )
    assert after.status is BookingStatus.RESERVED
    assert {t.status for t in after.live} == {TicketStatus.RESERVED}
    assert after.total == at.house.euros(70)
    assert at.services.payments.journal(by=at.house.admin) == ()
    at.check()
    paid = at.services.bookings.pay(
        booking.id, tenders=(Tendered(Tender.CASH),), by=at.house.cashier
    )
    assert paid.paid == at.house.euros(70)
    at.check()


def test_a_deposit_moves_along_and_what_is_left_of_it_goes_back(at: Exchanging):
    until = at.house.clock.now.replace(year=2027)
    booking = at.services.tickets.reserve(
        at.house.order("A-1"), until=until, deposit=at.house.euros(35), by=at.house.cashier
    )
    shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.first, "D-1")))
    assert (shown.back, after.due, after.total) == tuple(
        at.house.euros(amount) for amount in (5, 0, 30)
    )
    at.check()
    at.services.bookings.pay(booking.id, tenders=(), by=at.house.cashier)
    at.check()


def test_a_deposit_stays_with_the_tickets_that_stay(at: Exchanging):
    until = at.house.clock.now.replace(year=2027)
    booking = at.services.tickets.reserve(
        at.house.order("A-1", "A-2"), until=until, deposit=at.house.euros(35), by=at.house.cashier
    )
    shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.second, "D-1")))
    assert (shown.back, after.due) == (at.house.euros(0), at.house.euros(35))
    at.check()
    at.services.bookings.pay(booking.id, tenders=(Tendered(Tender.CASH),), by=at.house.cashier)
    at.check()


# -- refusals --------------------------------------------------------------------------------------


def test_what_cannot_be_exchanged_is_refused_with_a_reason(at: Exchanging):
    booking = at.sold("A-1", "A-2")
    at.services.bookings.check_in(booking.tickets[0].code, by=at.house.cashier)
    lines = at.lines(at.first, "A-5")
    with pytest.raises(TicketState) as refused:
        at.preview(at.wish(booking, ("A-1",), lines))
    assert refused.value == TicketState("A-1", "admitted")
    with pytest.raises(EmptyBasket):
        at.preview(at.wish(booking, ("A-2",), ()))
    gone = at.wish(booking, ("A-2",), lines)
    at.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[1].id], reason="", by=at.house.cashier
    )
    with pytest.raises(TicketState):
        at.preview(gone)
    at.services.bookings.cancel(booking.id, reason="", by=at.house.cashier)
    with pytest.raises(BookingState):
        at.preview(gone)


def test_another_currency_is_a_sale_of_its_own(at: Exchanging):
    booking = at.sold("A-1")
    with at.services.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE performances SET currency = 'CHF' WHERE id = '{at.other}'"
        )
    with pytest.raises(OtherCurrency):
        at.preview(at.wish(booking, ("A-1",), at.lines(at.other, "A-1")))


def test_a_seat_somebody_took_meanwhile_is_named_and_nothing_moves(at: Exchanging):
    booking = at.sold("A-1")
    wish = at.wish(booking, ("A-1",), at.lines(at.first, "A-5"))
    shown = at.preview(wish)
    at.sold("A-5")
    with pytest.raises(SeatTaken) as refused:
        at.preview(wish)
    assert refused.value.seats == ("A-5",)
    with pytest.raises(SeatTaken):
        at.services.exchanges.exchange(wish, expected=shown, key=new_id(), by=at.house.cashier)
    after = at.services.bookings.booking(booking.id, by=at.house.cashier)
    assert statuses(after) == {"A-1": "valid"}
    at.check()


def test_a_place_held_by_the_wishs_own_basket_is_taken(at: Exchanging):
    booking, basket = at.sold("A-1"), new_id()
    at.services.tickets.hold(at.first, at.house.seats("A-5"), basket_id=basket, by=at.house.cashier)
    with pytest.raises(SeatTaken):
        at.preview(at.wish(booking, ("A-1",), at.lines(at.first, "A-5")))
    wish = at.wish(booking, ("A-1",), at.lines(at.first, "A-5"), basket_id=basket)
    at.house.clock.pass_by(hours=1)  # the hold ran out, and nobody else came
    at.make(wish)
    at.check()


def test_a_price_that_changed_meanwhile_is_a_conflict(at: Exchanging):
    booking = at.sold("A-1")
    wish = at.wish(booking, ("A-1",), at.lines(at.first, "A-5"))
    shown = at.preview(wish)
    with at.services.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE prices SET amount = amount + 1")
    with pytest.raises(Conflict) as refused:
        at.services.exchanges.exchange(wish, expected=shown, key=new_id(), by=at.house.cashier)
    assert refused.value.what == "price"
    assert refused.value.theirs == at.preview(wish)
    at.check()


def test_too_little_money_changes_nothing(at: Exchanging):
    booking = at.sold("D-1")
    wish = at.wish(booking, ("D-1",), at.lines(at.first, "A-1"))
    with pytest.raises(NotEnoughMoney):
        at.make(wish, tenders=(Tendered(Tender.CASH, at.house.euros(9.99)),))
    assert at.services.bookings.booking(booking.id, by=at.house.cashier) == booking
    at.check()


def test_sent_twice_it_is_made_once(at: Exchanging):
    booking, key = at.sold("A-1"), new_id()
    wish = at.wish(booking, ("A-1",), at.lines(at.second, "D-1"))
    shown, first = at.make(wish, key=key)
    again = at.services.exchanges.exchange(wish, expected=shown, key=key, by=at.house.cashier)
    assert again == first
    assert len(at.services.exchanges.of(booking.id, by=at.house.cashier)) == 1
    at.check()


# -- what goes with it -----------------------------------------------------------------------------


def test_money_of_a_card_goes_back_through_the_terminal(database_url: str):
    terminal = SimulatedTerminal(None, by_amount=False)
    house = theatre(database_url, clock=Clock(), house=plan(), terminal=SimulatorDriver(terminal))
    at = Exchanging(house)
    try:
        charged = at.services.cards.charge(
            house.euros(40), key=new_id(), basket_id=new_id(), by=house.cashier
        )
        card = Tendered(Tender.CARD, house.euros(40), charged.id)
        booking = at.sold("A-1", tenders=(card,))
        wish = at.wish(booking, ("A-1",), at.lines(at.first, "D-1"))
        shown, after = at.make(wish)
        assert [(r.tender, r.amount) for r in after.refunds] == [(Tender.CARD, house.euros(10))]
        assert shown.parts[0].transaction_id == charged.transaction_id
        assert at.services.cards.unresolved(by=house.cashier) == ()
        # a later refund of the new ticket still finds the card
        (held,) = at.services.bookings.held(booking.id, by=house.cashier)
        assert (held.tender, held.amount) == (Tender.CARD, house.euros(30))
        at.check()
    finally:
        house.services.close()


def test_a_terminal_that_declines_leaves_everything_as_it_was(database_url: str):
    terminal = SimulatedTerminal(None, script=("approve", "decline"), by_amount=False)
    house = theatre(database_url, clock=Clock(), house=plan(), terminal=SimulatorDriver(terminal))
    at = Exchanging(house)
    try:
        charged = at.services.cards.charge(
            house.euros(40), key=new_id(), basket_id=new_id(), by=house.cashier
        )
        card = Tendered(Tender.CARD, house.euros(40), charged.id)
        booking = at.sold("A-1", tenders=(card,))
        wish = at.wish(booking, ("A-1",), at.lines(at.first, "D-1"))
        with pytest.raises(CardNotApproved):
            at.make(wish)
        assert statuses(at.services.bookings.booking(booking.id, by=house.cashier)) == {
            "A-1": "valid"
        }
        _shown, after = at.make(wish, tender=Tender.CASH)
        assert [r.tender for r in after.refunds] == [Tender.CASH]
        at.check()
    finally:
        house.services.close()


def test_old_codes_die_and_the_new_tickets_are_to_be_printed(at: Exchanging):
    booking = at.sold("A-1")
    at.services.bookings.printed(booking.id, by=at.house.cashier)
    counts = at.services.payments.check(by=at.house.admin)
    assert counts["tickets_to_print"] == 0
    _shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.first, "A-5")))
    assert at.services.payments.check(by=at.house.admin)["tickets_to_print"] == 1
    old = at.services.bookings.check_in(booking.tickets[0].code, by=at.house.cashier)
    assert old[0] is ScanResult.NOT_VALID
    new = at.services.bookings.check_in(after.live[0].code, by=at.house.cashier)
    assert new[0] is ScanResult.ADMITTED


def test_the_customer_is_told_once_and_the_history_says_what_happened(at: Exchanging):
    ada = at.services.customers.add(Contact("Ada", "ada@example.org"), by=at.house.cashier)
    booking = at.sold("A-1", customer_id=ada.id)
    wish = at.wish(booking, ("A-1",), at.lines(at.first, "D-1"), reason="wants to sit further back")
    at.make(wish)
    told = at.services.notifications.of_user(ada.id, by=at.house.cashier)
    kinds = [one.kind for one in told]
    assert kinds.count(Kind.EXCHANGED) == 1
    assert Kind.REFUNDED not in kinds
    note = at.services.bookings.history(booking.id, by=at.house.cashier)[0]
    assert note.action == "exchanged"
    assert (note.body["seats"], note.body["new_seats"]) == (["A-1"], ["D-1"])
    assert (note.body["refunded"], note.body["reason"]) == (1000, "wants to sit further back")


def test_each_events_report_follows_the_money(at: Exchanging):
    booking = at.sold("A-1", "A-2")
    at.make(at.wish(booking, ("A-2",), at.lines(at.other, "A-2")))
    by, reports = at.house.admin, at.services.reports
    taken = {}
    for performance_id in (at.first, at.other):
        event_id = at.services.events.line(performance_id, by=by).event_id
        wanted = Wanted(event_id=event_id)
        for name in ("daily-sales", "event-statement", "operators", "payments"):
            assert reports.make(name, wanted, by=by).holds, name
        statement = reports.make("event-statement", wanted, by=by)
        (tenders,) = [table for table in statement.tables if table.title == "Tenders"]
        titles = [column.title for column in tenders.columns]
        rows = [row for section in tenders.sections for row in section.rows]
        taken[performance_id] = sum(row[titles.index("Takings")] for row in rows)
    # forty stay with the one, the fee too; the other has its whole price
    assert taken == {at.first: 4000 + 250, at.other: 5000}


def test_the_tickets_page_and_the_payments_page_follow_the_money(at: Exchanging):
    booking = at.sold("A-1")
    _shown, after = at.make(at.wish(booking, ("A-1",), at.lines(at.second, "A-1")))
    by = at.house.cashier
    pages = {t.id: at.services.bookings.ticket(t.id, by=by) for t in after.tickets}
    old = next(t for t in after.tickets if t.exchange_id)
    (new,) = after.live
    assert (pages[old.id].held.minor, pages[new.id].held.minor) == (250, 4000)
    first, second = after.payments
    history = at.services.payment_history
    covers = history.payment(first.id, by=by).covers
    assert {(c.ticket_id, c.amount.minor) for c in covers} == {(old.id, 250), (new.id, 3750)}
    assert {line.id for line in history.of_ticket(new.id, by=by)} == {first.id, second.id}


def test_a_discount_that_does_not_apply_any_more_is_named(at: Exchanging):
    by = at.house.admin
    entry = DiscountEntry(
        "Opening night",
        DiscountKind.PERCENT,
        code="OPEN",
        value=5000,
        most_uses=2,
        scope=Scope(performances=frozenset({at.first})),
    )
    at.services.discounts.add(entry, by=by)
    order = at.house.order("A-1", "A-2", codes=("open",))
    booking = at.services.tickets.sell(order, by=at.house.cashier)
    assert booking.total == at.house.euros(40)
    stays = at.preview(at.wish(booking, ("A-1", "A-2"), at.lines(at.first, "D-1", "D-2")))
    assert (stays.lost, stays.price, stays.back) == ((), at.house.euros(30), at.house.euros(10))
    leaves, _ = at.make(at.wish(booking, ("A-1", "A-2"), at.lines(at.second, "A-1", "A-2")))
    assert (leaves.lost, leaves.price) == (("Opening night",), at.house.euros(80))
    at.check()
    assert [one.used for one in at.services.discounts.discounts(by=by)] == [0]


def test_two_exchanges_of_one_booking_at_once_make_one(at: Exchanging):
    booking = at.sold("A-1")
    wishes = [at.wish(booking, ("A-1",), at.lines(at.first, seat)) for seat in ("B-1", "B-2")]
    shown = [at.preview(wish) for wish in wishes]
    at.services.exchanges.exchange(wishes[0], expected=shown[0], key=new_id(), by=at.house.cashier)
    with pytest.raises(TicketState):
        at.services.exchanges.exchange(
            wishes[1], expected=shown[1], key=new_id(), by=at.house.cashier
        )
    at.check()


def test_whoever_came_on_the_old_ticket_comes_on_the_new_one(at: Exchanging):
    booking = at.sold("A-1", "A-2")
    at.services.booking_details.set_attendees(booking.id, names=["Ada", "Bo"], by=at.house.cashier)
    wish = at.wish(booking, ("A-1", "A-2"), at.lines(at.first, "D-1", "D-2", "D-3"))
    _shown, after = at.make(wish)
    assert [(t.seat, t.attendee) for t in after.live] == [
        ("D-1", "Ada"),
        ("D-2", "Bo"),
        ("D-3", ""),
    ]


def test_leaving_a_performance_that_the_house_called_off_costs_nothing(at: Exchanging):
    booking = at.sold("A-1")
    with at.services.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE performances SET status = 'cancelled' WHERE id = '{at.first}'"
        )
    assert not at.preview(at.wish(booking, ("A-1",), at.lines(at.second, "A-1"))).fee
