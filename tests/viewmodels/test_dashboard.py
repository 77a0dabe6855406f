"""The dashboard asks while somebody looks, and says what it was asked."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pytestqt.qtbot import QtBot

from app.domain.analytics import MetricType
from app.domain.errors import DatabaseUnavailable
from app.domain.figures import Choices
from app.domain.users import Role
from tests.builders import Theatre
from ui.dashboard import parts, tile_card, times
from ui.dashboard.viewmodel import BREAKDOWNS, Asked, Dashboard, scope_of
from ui.relay import Relay
from ui.tasks import ImmediateTasks
from ui.widgets.chart_specs import Columns, Curve, Grid, Shares

pytestmark = pytest.mark.usefixtures("qapp")
TODAY, DAY = date(2026, 11, 24), date(2026, 1, 5)
CHOICES = Choices(
    datetime(2026, 11, 24, 12, tzinfo=UTC), TODAY, "UTC", date(2025, 3, 1), ("EUR", "CHF"), (), ()
)


class Asking:
    """The real service, counting what it is asked; `away` as long as the database is."""

    def __init__(self, analytics):
        self._analytics = analytics
        self.asked = []
        self.away = False

    def __getattr__(self, name):
        question = getattr(self._analytics, name)

        def ask(*arguments, **more):
            self.asked.append(name)
            if self.away:
                raise DatabaseUnavailable("no_answer")
            return question(*arguments, **more)

        return ask


@pytest.fixture
def asking(house: Theatre) -> Asking:
    return Asking(house.services.analytics)


@pytest.fixture
def dashboard(house: Theatre, asking: Asking, request) -> Dashboard:
    request.getfixturevalue("qapp")
    relay = Relay(house.services.bus)
    made = Dashboard(
        analytics=asking,
        by=replace(house.admin, role=Role.MANAGER),
        tasks=ImmediateTasks(),
        relay=relay,
    )
    made.kept = relay
    return made


def sell(house: Theatre, *labels):
    return house.services.tickets.sell(house.order(*labels), by=house.cashier)


@pytest.mark.parametrize(
    ("asked", "since", "until", "against"),
    [
        (Asked(), date(2026, 10, 28), TODAY, date(2026, 9, 30)),
        (Asked(range="today"), TODAY, TODAY, date(2026, 11, 23)),
        (Asked(range="7"), date(2026, 11, 18), TODAY, date(2026, 11, 11)),
        (Asked(range="season"), date(2026, 8, 1), TODAY, date(2025, 8, 1)),
        (Asked("custom", DAY, date(2026, 1, 6)), DAY, date(2026, 1, 6), date(2026, 1, 3)),
        (Asked("custom", None, date(2025, 3, 2)), date(2025, 3, 1), date(2025, 3, 2), date(2025, 2, 27)),
        (Asked("custom", date(2027, 1, 1), TODAY), TODAY, TODAY, date(2026, 11, 23)),
    ],
)  # fmt: skip
def test_a_range_is_days_of_the_house_and_days_before(asked, since, until, against):
    scope = scope_of(asked, CHOICES)
    assert (scope.since, scope.until, scope.before().since) == (since, until, against)


def test_one_event_is_asked_about_whatever_its_category():
    scope = scope_of(Asked(event_id="e1", category="Opera", currency="CHF"), CHOICES)
    assert (scope.event_id, scope.category, scope.currency) == ("e1", "", "CHF")
    assert scope_of(Asked(currency="XXX"), CHOICES).currency == "EUR"


def test_nothing_is_read_until_somebody_looks(dashboard: Dashboard, asking: Asking, house: Theatre):
    dashboard.refresh()
    sell(house, "A-1")
    assert asking.asked == []
    dashboard.watch(True)
    assert set(asking.asked) == {
        "choices", "daily", "sell_through", "pace", "hours", "breakdown", "top_events"
    }  # fmt: skip
    assert dashboard.state.daily.totals.takings == 4000
    assert set(dashboard.state.breakdowns) == set(BREAKDOWNS)


def test_an_untouched_house_is_told_from_a_quiet_time(dashboard: Dashboard, house: Theatre):
    dashboard.watch(True)
    assert dashboard.state.untouched
    sell(house, "A-1")
    dashboard.refresh()
    assert not dashboard.state.untouched
    dashboard.show_days(date(2026, 1, 1), date(2026, 1, 31))
    assert dashboard.state.daily.totals.gross == 0
    assert not dashboard.state.untouched


def test_many_sales_are_read_once_a_second(
    dashboard: Dashboard, asking: Asking, house: Theatre, qtbot: QtBot
):
    sell(house, "A-1")
    dashboard.watch(True)
    asking.asked.clear()
    for seat in ("A-2", "A-3", "A-4"):
        sell(house, seat)
    assert asking.asked == []
    with qtbot.waitSignal(dashboard.changed, timeout=3000):
        pass
    assert asking.asked.count("daily") == 1
    assert dashboard.state.daily.totals.takings == 16000


def test_what_was_sold_while_nobody_looked_is_there_when_somebody_does(
    dashboard: Dashboard, asking: Asking, house: Theatre
):
    sell(house, "A-1")
    dashboard.watch(True)
    dashboard.watch(False)
    asking.asked.clear()
    sell(house, "A-2")
    assert asking.asked == []
    dashboard.watch(True)
    assert dashboard.state.daily.totals.takings == 8000
    dashboard.watch(False)
    asking.asked.clear()
    dashboard.watch(True)
    assert asking.asked == [], "nothing has changed"


def test_a_database_that_is_away_leaves_the_old_figures(
    dashboard: Dashboard, asking: Asking, house: Theatre
):
    sell(house, "A-1")
    dashboard.watch(True)
    asking.away = True
    dashboard.refresh()
    assert isinstance(dashboard.state.problem, DatabaseUnavailable)
    assert dashboard.state.daily.totals.takings == 4000
    asking.away = False
    dashboard.refresh()
    assert dashboard.state.problem is None


def test_the_same_answer_changes_nothing(dashboard: Dashboard, house: Theatre):
    sell(house, "A-1")
    dashboard.watch(True)
    told = []
    dashboard.changed.connect(lambda: told.append(dashboard.state))
    dashboard.refresh()
    assert told == []


# --- answers -----------------------------------------------------------------------------------


@pytest.fixture
def seen(dashboard: Dashboard, house: Theatre):
    """A small past: a sale last month, two this week, one of them given back in part."""
    house.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    sell(house, "A-1")
    house.clock.now = datetime(2026, 11, 20, 17, tzinfo=UTC)
    booking = sell(house, "A-2", "C-1")
    house.clock.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    sell(house, "A-3")
    house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[1].id], reason="ill", by=house.cashier
    )
    dashboard.watch(True)
    return dashboard.state


def plain(text: str) -> str:
    """Without the spaces that do not break."""
    return text.replace("\u00a0", " ")


def test_the_answer_is_in_the_title(seen):
    assert times.takings(seen.daily).title == "€110 for 2 tickets"
    assert times.total(seen.daily).title == "€70 ahead of the 28 days before"
    assert times.hours(seen.hours).title == "Most on Friday, 18:00 to 19:00"
    assert times.pace(seen.pace).title == "The Winter Garden, Fri 27 Nov: 3 sold, of 60 places"
    assert parts.top_events(seen.top).title == "The Winter Garden: 2 tickets"
    filling = parts.filling(seen.filling, now=seen.choices.now)
    assert plain(filling.title) == "5 % of 60 places are sold"
    titles = {kind: plain(parts.breakdown(found).title) for kind, found in seen.breakdowns.items()}
    assert titles == {
        MetricType.TENDER: "Cash: 100 % of the takings",
        MetricType.PRICE_TYPE: "Adult: 100 % of the tickets",
        MetricType.ZONE: "Zone 1: 73 % of the takings",
        MetricType.CHANNEL: "Counter: 100 % of the tickets",
        MetricType.OPERATOR: "Carla: 100 % of the takings",
    }


def test_each_answer_has_its_chart_and_its_table(seen):
    specs = {
        Columns: times.takings(seen.daily).spec,
        Curve: times.total(seen.daily).spec,
        Grid: times.hours(seen.hours).spec,
        Shares: parts.top_events(seen.top).spec,
    }
    for kind, spec in specs.items():
        assert isinstance(spec, kind)
        widths = {len(row) for row in spec.table}
        assert len(widths) == 1
        assert len(spec.table) > 1
    rows = times.takings(seen.daily).spec.table
    assert rows[0] == ("Time", "Takings", "Tickets")
    assert sum(row[1] for row in rows[1:]) == pytest.approx(110)


def test_tiles_say_how_much_and_against_what(seen):
    assert tile_card.takings(seen.daily).value == "€110"
    assert plain(tile_card.takings(seen.daily).line) == "175 % more than the 28 days before"
    assert tile_card.takings(seen.daily).tone == "good"
    assert plain(tile_card.tickets(seen.daily).line) == "100 % more than before; 1 came back"
    assert tile_card.average(seen.daily).value == "€36.67"
    tile = tile_card.next_up(seen.filling, now=seen.choices.now, zone="Europe/Berlin")
    assert (tile.heading, tile.value) == ("Next: Fri 27 Nov at 20:00", "57 to sell")


def test_a_quiet_time_is_told_in_sentences(seen, dashboard: Dashboard):
    dashboard.show_days(date(2026, 1, 1), date(2026, 1, 31))
    quiet = dashboard.state
    answers = [
        times.takings(quiet.daily),
        times.total(quiet.daily),
        times.hours(quiet.hours),
        parts.top_events(quiet.top),
        parts.filling(quiet.filling, now=quiet.choices.now),
        *(parts.breakdown(found) for found in quiet.breakdowns.values()),
        times.pace(None),
    ]
    for answer in answers:
        assert answer.spec is None
        assert answer.nothing.endswith(".")
    assert tile_card.average(quiet.daily).value == "–"


@pytest.mark.parametrize(("name", "columns"), [("7", 7), ("28", 28), ("90", 13), ("season", 17)])
def test_a_long_time_is_shown_by_the_week(seen, dashboard: Dashboard, name, columns):
    dashboard.show_range(name)
    spec = times.takings(dashboard.state.daily).spec
    assert len(spec.bars) == columns
    assert 1 <= sum(bool(bar.label) for bar in spec.bars) <= 9


def test_today_is_shown_by_the_hour_up_to_now(seen, dashboard: Dashboard):
    dashboard.show_range("today")
    daily = dashboard.state.daily
    assert [bar.title for bar in times.takings(daily).spec.bars][:2] == ["8:00", "9:00"]
    assert times.total(daily).spec.points[-1].title == "13:00"
