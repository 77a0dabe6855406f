"""The dashboard's questions, who may ask them, and what is counted about one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.analytics import Interaction, MetricType, SaleKind
from app.domain.errors import Denied, NotFound
from app.domain.events import Event, Performance
from app.domain.figures import Scope
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, Place
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.services.events import NewPerformance
from tests.builders import Theatre

TODAY = date(2026, 11, 24)
WEEK = Scope(date(2026, 11, 18), TODAY, "EUR")


@pytest.fixture
def manager(house: Theatre) -> Operator:
    return replace(house.admin, role=Role.MANAGER)


def sell(house: Theatre, *labels, **changes):
    return house.services.tickets.sell(house.order(*labels, **changes), by=house.cashier)


def organizer(house: Theatre, name: str) -> Operator:
    user = house.services.users.add(
        name,
        email=f"{name}@example.org",
        password="curtain up",
        role=Role.ORGANIZER,
        by=house.admin,
    )
    return replace(house.cashier, user_id=user.id, name=name, role=Role.ORGANIZER)


def another_event(house: Theatre, *, organizer_id: str) -> Performance:
    event = Event(new_id(), "Paper Lions", "", "Family", organizer_id, 700)
    performance = replace(house.performance, id=new_id(), event_id=event.id)
    prices = {(zone.no, house.adult.id): 1000 for zone in house.plan.zones}
    house.services.events.add_event(
        event, performances=(NewPerformance(performance, prices),), by=house.admin
    )
    return performance


def sell_there(house: Theatre, performance: Performance, seat_no: int = 1):
    lines = (BasketLine(Place(performance.id, seat_no), house.adult.id),)
    return house.services.tickets.sell(house.order_of([], lines=lines), by=house.cashier)


def test_takings_are_told_by_the_day_beside_the_time_before(house, manager):
    house.clock.now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    sell(house, "A-1")
    house.clock.now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # the 23rd in Berlin
    booking = sell(house, "A-2", "C-1")
    house.clock.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    bookings = house.services.bookings
    bookings.cancel(booking.id, ticket_ids=[booking.tickets[1].id], reason="ill", by=house.cashier)
    bookings.refund(
        booking.id,
        wanted={booking.tickets[1].id: Money(3000, "EUR")},
        reason="ill",
        key=new_id(),
        by=house.cashier,
    )
    daily = house.services.analytics.daily(WEEK, by=manager)
    told = {day.day.day: (day.totals.tickets, day.totals.takings) for day in daily.days}
    assert told[23] == (2, 7000)
    assert told[24] == (-1, -3000)
    assert sum(tickets for tickets, _ in told.values()) == 1
    assert [(d.day.day, d.totals.takings) for d in daily.before if d.totals.gross] == [(16, 4000)]
    assert len(daily.days) == len(daily.before) == 7


def test_today_is_compared_up_to_the_hour_that_runs(house, manager):
    house.clock.now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    sell(house, "A-1")
    house.clock.now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    sell(house, "A-2")
    house.clock.now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    daily = house.services.analytics.daily(Scope(TODAY, TODAY, "EUR"), by=manager)
    assert daily.hour == 12
    assert daily.totals_before.takings == 4000
    assert [n for n, hour in enumerate(daily.hours_before) if hour.sold] == [9, 19]


def test_the_whole_is_divided_by_tender_price_type_zone_channel_and_operator(house, manager):
    part = Tendered(Tender.SLIP, Money(1000, "EUR"), "slip 1")
    sell(house, "A-1", "C-1", tenders=(part, Tendered(Tender.CASH)))
    sell(house, "A-2", channel="web")
    ask = house.services.analytics

    def parts(kind):
        found = ask.breakdown(WEEK, kind=kind, by=manager)
        return [(p.name, p.totals.tickets, p.totals.takings) for p in found.parts]

    assert parts(MetricType.TENDER) == [("cash", 0, 10000), ("slip", 0, 1000)]
    assert parts(MetricType.PRICE_TYPE) == [("Adult", 3, 11000)]
    assert parts(MetricType.ZONE) == [("Zone 1", 2, 8000), ("Zone 2", 1, 3000)]
    assert parts(MetricType.CHANNEL) == [("counter", 2, 7000), ("web", 1, 4000)]
    assert parts(MetricType.OPERATOR) == [("Carla", 3, 11000)]


def test_hours_are_those_of_the_house(house, manager):
    sell(house, "A-1", "A-2")
    hours = house.services.analytics.hours(WEEK, by=manager)
    assert hours.cells[1][12] == hours.total == 2


def test_the_best_seller_comes_first_and_a_filter_leaves_one(house, manager):
    lions = another_event(house, organizer_id=house.admin.user_id)
    sell(house, "A-1", "A-2")
    sell_there(house, lions)
    ask = house.services.analytics
    assert [part.name for part in ask.top_events(WEEK, by=manager).parts] == [
        "The Winter Garden",
        "Paper Lions",
    ]
    one = replace(WEEK, event_id=lions.event_id)
    assert ask.daily(one, by=manager).totals.takings == 1000
    family = replace(WEEK, category="Family")
    assert ask.daily(family, by=manager).totals.takings == 1000
    assert ask.daily(replace(WEEK, category="Opera"), by=manager).totals.takings == 0


@pytest.mark.parametrize("days", [1, 91, 400])
def test_a_long_time_is_read_another_way_and_says_the_same(house, manager, days):
    sell(house, "A-1", "C-1")
    since = date.fromordinal(TODAY.toordinal() - days + 1)
    scope = Scope(since, TODAY, "EUR")
    ask = house.services.analytics
    assert ask.daily(scope, by=manager).totals.takings == 7000
    zones = ask.breakdown(scope, kind=MetricType.ZONE, by=manager)
    assert sum(part.totals.tickets for part in zones.parts) == 2


def test_money_of_two_currencies_is_never_added(house, manager):
    sell(house, "A-1")
    francs = replace(WEEK, currency="CHF")
    assert house.services.analytics.daily(francs, by=manager).totals.gross == 0


def test_how_full_counts_what_is_to_come_and_leaves_out_what_came_back(house, manager):
    booking = sell(house, "A-1", "A-2")
    house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[0].id], reason="ill", by=house.cashier
    )
    found = house.services.analytics.sell_through(WEEK, by=manager)
    assert (found.sold, found.capacity) == (1, 60)
    past = Scope(date(2026, 10, 1), date(2026, 10, 7), "EUR")
    assert house.services.analytics.sell_through(past, by=manager).performances == ()


def test_the_pace_follows_the_next_performance(house, manager):
    assert house.services.analytics.pace(WEEK, by=manager).mine[-1] == 0
    sell(house, "A-1", "A-2")
    pace = house.services.analytics.pace(WEEK, by=manager)
    assert pace.performance.title == "The Winter Garden"
    assert (pace.mine[-1], pace.days_out, pace.others) == (2, 3, 0)


def test_what_can_be_asked_about(house, manager):
    found = house.services.analytics.choices(by=manager)
    assert (found.today, found.zone, found.first_day) == (TODAY, "Europe/Berlin", None)
    assert found.currencies == ("EUR",)
    assert [event.title for event in found.events] == ["The Winter Garden"]
    sell(house, "A-1")
    assert house.services.analytics.choices(by=manager).first_day == TODAY


def test_an_organizer_sees_own_events_only(house, manager):
    olga = organizer(house, "olga")
    lions = another_event(house, organizer_id=olga.user_id)
    sell(house, "A-1")
    sell_there(house, lions)
    ask = house.services.analytics
    assert ask.daily(WEEK, by=olga).totals.takings == 1000
    assert [part.name for part in ask.top_events(WEEK, by=olga).parts] == ["Paper Lions"]
    assert [event.title for event in ask.choices(by=olga).events] == ["Paper Lions"]
    assert [one.title for one in ask.sell_through(WEEK, by=olga).performances] == ["Paper Lions"]
    theirs = replace(WEEK, event_id=house.event.id)
    for question in (ask.daily, ask.hours, ask.top_events, ask.sell_through, ask.pace):
        with pytest.raises(Denied):
            question(theirs, by=olga)
    with pytest.raises(Denied):
        ask.of_event(house.event.id, by=olga)


def test_who_may_not_see_figures_is_refused(house):
    ask = house.services.analytics
    for question in (ask.daily, ask.hours, ask.top_events, ask.sell_through, ask.pace):
        with pytest.raises(Denied):
            question(WEEK, by=house.cashier)
    for refused in (ask.choices, ask.rebuild):
        with pytest.raises(Denied):
            refused(by=house.cashier)
    with pytest.raises(Denied):
        ask.breakdown(WEEK, kind=MetricType.ZONE, by=house.cashier)


def test_an_event_that_is_not_there_is_not_found(house, manager):
    with pytest.raises(NotFound):
        house.services.analytics.daily(replace(WEEK, event_id="nowhere"), by=manager)


# --- one thing ---------------------------------------------------------------------------------


def test_an_event_tells_what_was_counted_and_how_often_people_looked(house, manager):
    sell(house, "A-1")
    house.services.interactions.seen(
        Interaction.OPEN_HOUSE, performance_id=house.performance.id, by=house.cashier
    )
    house.services.interactions.write()
    found = house.services.analytics.of_event(house.event.id, by=manager)
    assert [(p.key, p.totals.takings) for p in found.parts[MetricType.ZONE]] == [("Zone 1", 4000)]
    assert found.seen == {Interaction.OPEN_HOUSE: 1}
    assert found.currency == "EUR"


def test_a_ticket_tells_when_it_was_sold_and_given_back(house, manager):
    booking = sell(house, "A-1")
    house.clock.pass_by(hours=1)
    house.services.bookings.cancel(booking.id, reason="ill", by=house.cashier)
    lines = house.services.analytics.of_ticket(booking.tickets[0].id, by=manager)
    assert [(line.kind, line.amount) for line in lines] == [
        (SaleKind.SALE, Money(4000, "EUR")),
        (SaleKind.RETURN, Money(4000, "EUR")),
    ]
    assert lines[1].at - lines[0].at == house.clock.now - booking.created_at
    stranger = replace(house.cashier, user_id=new_id(), role=Role.CUSTOMER)
    with pytest.raises(Denied):
        house.services.analytics.of_ticket(booking.tickets[0].id, by=stranger)
    with pytest.raises(NotFound):
        house.services.analytics.of_ticket("nowhere", by=manager)
