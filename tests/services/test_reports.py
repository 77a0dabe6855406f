"""Reports say what happened, to the cent and the ticket, and prove it by the journal."""

import dataclasses
import random
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app.domain.errors import Denied, Invalid, NotFound, Stopped
from app.domain.events import Event, Performance
from app.domain.payments import Tender, Tendered
from app.domain.report_parts import ReportName, Wanted
from app.domain.shifts import DrawerAct
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.services.events import NewPerformance
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import customer, member, sold
from tests.services.test_money import Season

MONEY = ("daily-sales", "event-statement", "operators", "payments", "refunds", "customers")
ALL = [name.value for name in ReportName]


@pytest.fixture
def manager(house: Theatre) -> Operator:
    return member(house, Role.MANAGER)


def make(house: Theatre, name: str, by: Operator | None = None, **wanted: object):
    return house.services.reports.make(name, Wanted(**wanted), by=by or house.admin)


def rows(report, table: str = "") -> list[dict]:
    """The rows of a table, each by the titles of its columns."""
    found = [t for t in report.tables if t.title == table or not table]
    titles = [column.title for column in found[0].columns]
    return [dict(zip(titles, row, strict=True)) for s in found[0].sections for row in s.rows]


def total(report, title: str, table: str = "") -> int:
    return sum(row[title] for row in rows(report, table))


def refund(house: Theatre, booking, *, share: float = 1.0, tender: Tender | None = None) -> None:
    held = house.services.bookings.held(booking.id, by=house.cashier)
    wanted = {h.ticket_id: Money(round(h.amount.minor * share), "EUR") for h in held}
    house.services.bookings.refund(
        booking.id, wanted=wanted, reason="Rain", key=new_id(), tender=tender, by=house.cashier
    )


def second_event(house: Theatre, organizer_id: str) -> Performance:
    """Another event, by somebody else, on the day after."""
    event = Event(new_id(), "Paper Lions", "", "Drama", organizer_id, 1900)
    performance = dataclasses.replace(
        house.performance,
        id=new_id(),
        event_id=event.id,
        starts_at=datetime(2026, 11, 28, 19, tzinfo=UTC),
        wall_time="2026-11-28T20:00",
    )
    prices = {(1, house.adult.id): 5000, (2, house.adult.id): 2500}
    house.services.events.add_event(
        event, performances=(NewPerformance(performance, prices),), by=house.admin
    )
    return performance


# -- proof ---------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
def test_after_any_season_every_money_report_equals_the_journal(database_url: str):
    seed = random.randrange(2**32)
    house = theatre(database_url, clock=Clock(), house=plan(standing=400))
    season = Season(house, seed)
    days = sorted({_pass(house, season) for _ in range(150)})
    try:
        for first, last in ((None, None), (days[1], days[-2])):
            journal = _journal(house, first, last)
            for name in MONEY:
                report = make(house, name, first=first, last=last)
                assert report.holds, (seed, name, report.proofs)
            for name, title in (
                ("daily-sales", "Takings"),
                ("operators", "Takings"),
                ("customers", "Net"),
            ):
                report = make(house, name, first=first, last=last)
                assert total(report, title) == journal, (seed, name)
            sales = total(make(house, "payments", first=first, last=last), "Taken")
            back = total(make(house, "refunds", first=first, last=last), "Refunded")
            assert sales - back == journal, seed
        for narrowed in ({"tender": "slip"}, {"operator_id": house.cashier.user_id}):
            for name in ("operators", "payments", "refunds"):
                assert make(house, name, **narrowed).holds, (seed, name)
        for name in MONEY:
            assert make(house, name, event_id=house.event.id).holds, (seed, name)
    finally:
        house.services.close()


def _pass(house: Theatre, season: Season) -> date:
    season.act()
    house.clock.pass_by(hours=season.random.random() * 2)
    return house.clock.now.astimezone(UTC).date()


def _journal(house: Theatre, first: date | None, last: date | None) -> int:
    """Straight from the lines, each put on its day by Berlin's clock (UTC+1 in November)."""
    sql = "SELECT at, amount FROM journal WHERE kind IN ('sale', 'refund')"
    with house.services.database.engine.connect() as connection:
        lines = connection.execute(text(sql)).all()
    found = 0
    for at, amount in lines:
        day = datetime.fromtimestamp(at / 1e6 + 3600, tz=UTC).date()
        if (first is None or day >= first) and (last is None or day <= last):
            found += amount
    return found


def test_a_report_whose_money_is_not_the_journals_says_so(house: Theatre):
    sold(house, "A-1")
    sql = (
        "INSERT INTO payments (id, booking_id, tender, amount, given, currency, status, created_at)"
        " SELECT :id, id, 'cash', 100, 100, 'EUR', 'taken', created_at FROM bookings"
    )
    with house.services.database.engine.begin() as connection:
        connection.execute(text(sql), {"id": new_id()})
    report = make(house, "daily-sales")
    assert not report.holds
    ((proof),) = report.proofs
    assert (proof.own, proof.journal) == (4100, 4000)


# -- days ----------------------------------------------------------------------------------------


def test_days_are_the_houses(house: Theatre):
    """23:30 UTC on the 24th is half past midnight on the 25th in Berlin."""
    house.clock.now = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    sold(house, "A-1")
    house.clock.now = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    sold(house, "A-2", "A-3")
    report = make(house, "daily-sales")
    assert [(row["Day"], row["Tickets sold"], row["Takings"]) for row in rows(report)] == [
        ("2026-11-24", 1, 4000),
        ("2026-11-25", 2, 8000),
    ]
    only = make(house, "daily-sales", first=date(2026, 11, 25), last=date(2026, 11, 25))
    assert [row["Takings"] for row in rows(only)] == [8000]
    assert only.holds


def test_a_refund_counts_on_its_own_day_and_cannot_be_lost(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    house.clock.pass_by(days=1)
    house.services.bookings.cancel(booking.id, reason="Rain", by=house.cashier)
    refund(house, booking, share=0.5)
    report = make(house, "daily-sales")
    assert [(r["Taken"], r["Refunded"], r["Takings"], r["Returned"]) for r in rows(report)] == [
        (8000, 0, 8000, 0),
        (0, 4000, -4000, 2),
    ]
    assert report.tables[0].total[-1] == 4000


def test_days_that_run_backwards_are_refused(house: Theatre):
    with pytest.raises(Invalid):
        make(house, "daily-sales", first=date(2026, 11, 2), last=date(2026, 11, 1))


# -- each report ---------------------------------------------------------------------------------


def test_the_statement_accounts_for_every_place_and_cent(house: Theatre):
    booking = sold(house, "A-1", "A-2", "C-1")
    house.services.tickets.reserve(
        house.order("A-5"), until=house.clock.now.replace(hour=20), by=house.cashier
    )
    house.services.tickets.kill(
        house.performance.id, house.seats("D-9", "D-10"), reason="Camera", by=house.admin
    )
    (first, *_) = booking.tickets
    house.services.bookings.cancel(
        booking.id, ticket_ids=[first.id], reason="Ill", by=house.cashier
    )
    house.services.bookings.refund(
        booking.id,
        wanted={first.id: Money(4000, "EUR")},
        reason="Ill",
        key=new_id(),
        by=house.cashier,
    )
    report = make(house, "event-statement", event_id=house.event.id)
    (line,) = rows(report, "Performances")
    assert line["Capacity"] == 60
    assert (line["Sold"], line["Comps"], line["Kept back"], line["Free"]) == (2, 0, 3, 55)
    assert (line["Taken"], line["Refunded"], line["Takings"]) == (11000, 4000, 7000)
    assert line["Performance"] == "2026-11-27T20:00"
    assert report.holds
    ((rate),) = rows(report, "Tax")
    held_tax = sum(ticket.tax.minor for ticket in booking.tickets if ticket.id != first.id)
    assert (rate["Tax rate"], rate["Takings"], rate["Tax inside"]) == (700, 7000, held_tax)
    for table in ("Price types", "Price zones", "Tenders"):
        assert total(report, "Takings", table) == 7000, table


def test_a_comp_is_a_comp_and_not_sold(house: Theatre):
    with house.services.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE prices SET amount = 0 WHERE price_type_id = :id"), {"id": house.child.id}
        )
    order = house.order("A-1", "A-2")
    lines = (order.lines[0], dataclasses.replace(order.lines[1], price_type_id=house.child.id))
    house.services.tickets.sell(dataclasses.replace(order, lines=lines), by=house.cashier)
    (line,) = rows(make(house, "event-statement"), "Performances")
    assert (line["Sold"], line["Comps"], line["Taken"]) == (1, 1, 4000)


def test_vouchers_sold_are_money_but_no_events(house: Theatre):
    order = house.order_of([], vouchers=(Money(5000, "EUR"),))
    house.services.tickets.sell(order, by=house.cashier)
    sold(house, "A-1")
    assert total(make(house, "daily-sales"), "Takings") == 9000
    statement = make(house, "event-statement")
    ((proof),) = statement.proofs
    assert (proof.own, proof.elsewhere, proof.journal) == (4000, 5000, 9000)


def test_operators_and_tenders_are_told_apart(house: Theatre, manager: Operator):
    slip = Tendered(Tender.SLIP, Money(1000, "EUR"), "7")
    sold(house, "A-1", tenders=(slip, Tendered(Tender.CASH)))
    house.services.tickets.sell(house.order("A-2"), by=manager)
    report = make(house, "operators")
    by_name = {row["Operator"]: row for row in rows(report, "Operators")}
    assert (by_name["Carla"]["Cash"], by_name["Carla"]["Card slip"]) == (3000, 1000)
    assert by_name["Manager"]["Takings"] == 4000
    tenders = {row["Tender"]: row["Takings"] for row in rows(report, "Tenders")}
    assert tenders == {"Cash": 7000, "Card slip": 1000}
    only = make(house, "operators", operator_id=manager.user_id, tender="cash")
    assert total(only, "Takings", "Operators") == 4000
    assert only.holds
    assert only.proofs[0].elsewhere == 4000


def test_the_drawer_says_what_should_lie_in_it_as_the_z_report_does(house: Theatre):
    shifts = house.services.shifts
    shifts.open(Money(10000, "EUR"), by=house.cashier)
    booking = sold(house, "A-1", "A-2")
    refund(house, booking, share=0.25)
    shifts.move(DrawerAct.PAID_OUT, amount=Money(500, "EUR"), note="Flowers", by=house.cashier)
    z = shifts.close({5000: 3}, by=house.cashier)
    (drawer,) = rows(make(house, "operators"), "Drawers")
    assert (drawer["Float"], drawer["Cash taken"], drawer["Cash refunded"]) == (10000, 8000, 2000)
    assert drawer["In and out"] == -500
    assert drawer["Expected"] == z.expected.minor == 15500
    assert (drawer["Counted"], drawer["Variance"]) == (15000, -500)


def test_payments_and_refunds_are_listed_one_by_one(house: Theatre):
    ada = customer(house, "Ada Lovelace", "ada@example.org")
    booking = sold(house, "A-1", customer_id=ada)
    sold(house, "A-2")
    refund(house, booking)
    paid = rows(make(house, "payments"))
    assert [(r["Customer"], r["Tender"], r["Taken"]) for r in paid] == [
        ("Ada Lovelace", "Cash", 4000),
        ("Walk-up", "Cash", 4000),
    ]
    (back,) = rows(make(house, "refunds"))
    assert (back["Customer"], back["Reason"], back["Refunded"]) == ("Ada Lovelace", "Rain", 4000)


def test_customers_are_listed_with_what_they_spent_and_walk_ups_together(house: Theatre):
    ada = customer(house, "Ada Lovelace", "ada@example.org")
    sold(house, "A-1", "A-2", customer_id=ada)
    sold(house, "C-1", customer_id=ada)
    sold(house, "C-2")
    sold(house, "C-3")
    found = rows(make(house, "customers"))
    assert [(r["Customer"], r["Bookings"], r["Tickets"], r["Net"]) for r in found] == [
        ("Ada Lovelace", 2, 3, 11000),
        ("Walk-up", 2, 2, 6000),
    ]


def test_attendance_counts_people_once_and_no_shows_after_the_start(house: Theatre):
    booking = sold(house, "A-1", "A-2", "A-3")
    for code in (booking.tickets[0].code, booking.tickets[0].code, booking.tickets[1].code):
        house.services.bookings.check_in(code, by=house.cashier)
    (before,) = rows(make(house, "attendance"))
    assert (before["Sold"], before["Checked in"], before["No-shows"]) == (3, 2, None)
    house.clock.now = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)
    (after,) = rows(make(house, "attendance"))
    assert (after["No-shows"], after["Came"]) == (1, 6666)


def test_interactions_are_counted_by_day_and_type(house: Theatre):
    at = int(datetime(2026, 11, 24, 23, 30, tzinfo=UTC).timestamp()) * 1_000_000
    with house.services.database.engine.begin() as connection:
        for kind in ("search", "search", "hold"):
            connection.execute(
                text(
                    "INSERT INTO user_interactions (id, interaction_type, event_id, at)"
                    " VALUES (:id, :kind, :event, :at)"
                ),
                {"id": new_id(), "kind": kind, "event": house.event.id, "at": at},
            )
    report = make(house, "interactions", first=date(2026, 11, 25), last=date(2026, 11, 25))
    (line,) = rows(report)
    assert (line["Day"], line["Searches"], line["Holds"], line["All"]) == ("2026-11-25", 2, 1, 3)


def test_money_of_two_currencies_never_meets(house: Theatre):
    performance = second_event(house, house.admin.user_id)
    with house.services.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE performances SET currency = 'JPY' WHERE id = :id"), {"id": performance.id}
        )
    sold(house, "A-1")
    order = house.order("A-1")
    place = dataclasses.replace(order.lines[0].place, performance_id=performance.id)
    yen = dataclasses.replace(order, lines=(dataclasses.replace(order.lines[0], place=place),))
    house.services.tickets.sell(yen, by=house.cashier)
    report = make(house, "daily-sales")
    sums = {t.currency: t.total[-1] for t in report.tables}
    assert sums == {"EUR": 4000, "JPY": 5000}
    assert {proof.currency for proof in report.proofs} == {"EUR", "JPY"}
    assert report.holds
    assert make(house, "event-statement").holds


# -- who may -------------------------------------------------------------------------------------


def test_an_organizer_sees_own_events_only_and_no_sums_of_the_house(house: Theatre):
    olga = member(house, Role.ORGANIZER)
    performance = second_event(house, olga.user_id)
    sold(house, "A-1", "A-2")
    order = house.order("B-1")
    place = dataclasses.replace(order.lines[0].place, performance_id=performance.id)
    hers = dataclasses.replace(order, lines=(dataclasses.replace(order.lines[0], place=place),))
    house.services.tickets.sell(hers, by=house.cashier)
    for name in ("daily-sales", "event-statement", "operators", "payments", "attendance"):
        report = make(house, name, by=olga)
        assert report.holds, name
        assert all(not proof.house for proof in report.proofs)
        if name != "attendance":
            title = "Taken" if name == "payments" else "Takings"
            assert total(report, title) == 5000, name
    assert "Customer" not in rows(make(house, "payments", by=olga))[0]
    assert [t.title for t in make(house, "operators", by=olga).tables] == ["Operators", "Tenders"]
    choices = house.services.reports.choices(by=olga)
    assert [title for _, title in choices.events] == ["Paper Lions"]
    with pytest.raises(Denied):
        make(house, "daily-sales", by=olga, event_id=house.event.id)
    with pytest.raises(Denied):
        make(house, "customers", by=olga)
    offered = {one.name.value for one in house.services.reports.catalogue(by=olga)}
    assert offered == set(ALL) - {"customers"}


@pytest.mark.parametrize("name", ALL)
def test_who_may_not_see_reports_sees_none(house: Theatre, name: str):
    for by in (house.cashier, member(house, Role.CUSTOMER)):
        with pytest.raises(Denied):
            make(house, name, by=by)


def test_unknown_reports_events_and_operators_are_named(house: Theatre):
    for name, wanted in (
        ("horoscope", {}),
        ("payments", {"event_id": "x"}),
        ("payments", {"operator_id": "x"}),
    ):
        with pytest.raises(NotFound):
            make(house, name, **wanted)


# -- nothing, and much -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in ALL if n not in {"event-statement", "attendance"}])
def test_where_nothing_happened_there_is_no_table_and_nothing_to_prove(house: Theatre, name: str):
    report = make(house, name)
    assert report.tables == ()
    assert report.holds


def test_a_long_report_stops_when_told_to(house: Theatre):
    sold(house, "A-1")
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Stopped):
        house.services.reports.make("payments", Wanted(), by=house.admin, stop=stop)
