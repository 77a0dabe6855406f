"""Performances, series and cancellations being made: what is asked, counted and told before it is done."""

from datetime import timedelta

import pytest

from app.domain.events import ClockChoice, PerformanceStatus
from app.domain.users import Role
from tests.builders import Theatre
from ui.events.cancelling import Cancelling
from ui.events.detail import Detail
from ui.events.performance_editor import PerformanceEditor
from ui.events.series_editor import SeriesEditor
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


def performance_editor(house: Theatre) -> PerformanceEditor:
    services = house.services
    return PerformanceEditor(
        events=services.events,
        schedule=services.schedule,
        prices=services.prices,
        venues=services.venues,
        drafts=services.drafts,
        by=house.admin,
        tasks=ImmediateTasks(),
    )


@pytest.fixture
def series(house: Theatre, detail: Detail) -> SeriesEditor:
    services = house.services
    made = SeriesEditor(
        events=services.events,
        schedule=services.schedule,
        prices=services.prices,
        venues=services.venues,
        drafts=services.drafts,
        by=house.admin,
        tasks=ImmediateTasks(),
    )
    made.begin(detail.state.detail)
    return made


def fresh(model):
    """The state once what just happened has been read."""
    model.staleness.wake()
    return model.state


# -- performances ----------------------------------------------------------------------------


def test_one_more_performance_is_like_the_last_one(house, detail, qtbot):
    editor = performance_editor(house)
    editor.begin(detail.state.detail)
    assert editor.state.form.clock == "20:00"
    assert editor.state.prices[1, house.adult.id] == 4000
    editor.type(day="2026-12-04")
    with qtbot.waitSignal(editor.saved):
        editor.save()
    made = fresh(detail).detail.performances[-1].performance
    assert made.wall_time == "2026-12-04T20:00"
    prices = house.services.prices.prices(made.id, by=house.admin).amounts
    assert prices == editor.state.prices


@pytest.mark.parametrize(
    ("day", "clock", "instants"),
    [
        ("2027-03-28", "02:30", ("2027-03-28T00:30", "2027-03-28T01:30")),
        ("2027-10-31", "02:30", ("2027-10-31T00:30", "2027-10-31T01:30")),
    ],
)
def test_a_time_the_clocks_skip_or_repeat_is_asked_about(house, detail, day, clock, instants):
    editor = performance_editor(house)
    editor.begin(detail.state.detail)
    editor.type(day=day, clock=clock)
    editor.save()
    assert "starts_at" in editor.state.problems
    shown = [instant.strftime("%Y-%m-%dT%H:%M") for instant in editor.state.instants()]
    assert tuple(shown) == instants
    editor.type(choice=ClockChoice.LATER.value)
    editor.save()
    made = fresh(detail).detail.performances[-1].performance
    assert made.starts_at.strftime("%Y-%m-%dT%H:%M") == instants[1]


def test_holders_are_counted_before_a_new_time_is_saved(house, detail, qtbot):
    lena = house.services.users.add(
        "Lena", email="lena@example.org", password="curtain up", role=Role.CUSTOMER, by=house.admin
    )
    order = house.order("A-1", "A-2", customer_id=lena.id)
    house.services.tickets.sell(order, by=house.cashier)
    house.services.tickets.sell(house.order("A-3"), by=house.cashier)
    editor = performance_editor(house)
    editor.begin(detail.state.detail, house.performance.id)
    editor.type(clock="21:00")
    editor.save()
    assert (editor.state.preview.told, editor.state.preview.anonymous) == (1, 1)
    assert stored_time(house) == "2026-11-27T20:00"
    editor.reconsider()
    assert stored_time(house) == "2026-11-27T20:00"
    editor.save()
    editor.type(note="The set is late.")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.confirm()
    assert saved.args == [house.performance.id, 1]
    assert stored_time(house) == "2026-11-27T21:00"


def stored_time(house: Theatre) -> str:
    return house.services.schedule.performance(house.performance.id, by=house.admin).wall_time


def test_a_new_price_list_can_go_to_all_performances_with_the_plan(house, detail, qtbot):
    editor = performance_editor(house)
    editor.begin(detail.state.detail)
    editor.type(day="2026-12-04")
    editor.save()
    second = fresh(detail).detail.performances[-1].performance
    editor.begin(detail.state.detail, house.performance.id)
    editor.price({(1, house.adult.id): 5500})
    editor.use_for_all(chosen=True)
    with qtbot.waitSignal(editor.saved):
        editor.save()
    for performance_id in (house.performance.id, second.id):
        amounts = house.services.prices.prices(performance_id, by=house.admin).amounts
        assert amounts == {(1, house.adult.id): 5500}


def test_a_page_that_lags_behind_does_not_put_old_values_back(house, detail, qtbot):
    old = detail.state.detail
    theirs = performance_editor(house)
    theirs.begin(old, house.performance.id)
    theirs.type(clock="19:00")
    theirs.save()
    editor = performance_editor(house)
    editor.begin(old, house.performance.id)
    assert not editor.state.changed
    editor.type(doors="60")
    with qtbot.waitSignal(editor.saved):
        editor.save()
    assert stored_time(house) == "2026-11-27T19:00"


def test_a_new_performance_is_unsaved_work_once_something_is_typed(house, detail):
    editor = performance_editor(house)
    editor.begin(detail.state.detail)
    assert editor.state.prices
    assert not editor.state.changed
    editor.type(day="2026-12-04")
    assert editor.state.changed


def test_two_people_moving_one_performance_see_each_other(house, detail, qtbot):
    mine, theirs = performance_editor(house), performance_editor(house)
    for editor in (mine, theirs):
        editor.begin(detail.state.detail, house.performance.id)
    theirs.type(clock="19:00")
    theirs.save()
    mine.type(doors="60")
    mine.save()
    (difference,) = (d for d in mine.state.differences() if d.field == "clock")
    assert (difference.before, difference.theirs, difference.mine) == ("20:00", "19:00", "20:00")
    with qtbot.waitSignal(mine.saved):
        mine.settle()
    now = house.services.schedule.performance(house.performance.id, by=house.admin)
    assert now.wall_time == "2026-11-27T19:00"
    assert now.starts_at - now.doors_at == timedelta(hours=1)


def test_a_performance_form_left_by_a_crash_comes_back_with_its_prices(house, detail):
    editor = performance_editor(house)
    editor.begin(detail.state.detail)
    editor.type(day="2026-12-11")
    editor.price({(1, house.adult.id): 990})
    editor.keeper.write()
    again = performance_editor(house)
    again.begin(detail.state.detail)
    assert again.state.offered_at is not None
    again.resume()
    assert again.state.form.day == "2026-12-11"
    assert again.state.prices == {(1, house.adult.id): 990}


# -- series ----------------------------------------------------------------------------------


def test_the_dates_follow_the_rule_as_it_is_typed(series):
    series.type(first="2026-12-01", until="2026-12-13", weekdays=(4, 5), times=("20:00",))
    days = [made.wall_time[:10] for made in series.state.dates]
    assert days == ["2026-12-04", "2026-12-05", "2026-12-11", "2026-12-12"]
    series.leave_out("2026-12-05")
    assert len(series.state.dates) == 3
    series.put_back()
    assert len(series.state.dates) == 4


def test_all_dates_are_made_with_the_prices_of_the_list(house, series, detail, qtbot):
    series.type(first="2026-12-01", ends="count", count=3, weekdays=(4,), times=("20:00",))
    series.price({(2, house.adult.id): 2500})
    with qtbot.waitSignal(series.saved) as saved:
        series.save()
    assert saved.args == [3]
    made = fresh(detail).detail.performances[1:]
    assert [row.performance.wall_time[:10] for row in made] == [
        "2026-12-04",
        "2026-12-11",
        "2026-12-18",
    ]
    amounts = house.services.prices.prices(made[0].performance.id, by=house.admin).amounts
    assert amounts == {(2, house.adult.id): 2500}


def test_a_night_the_clocks_change_waits_for_a_choice(series, qtbot):
    series.type(first="2027-03-28", until="2027-03-28", weekdays=(6,), times=("02:30", "20:00"))
    assert [date.starts_at is None for date in series.state.dates] == [True, False]
    series.save()
    assert series.state.problems
    series.choose("2027-03-28T02:30", ClockChoice.EARLIER.value)
    assert [date.starts_at is None for date in series.state.dates] == [False, False]
    with qtbot.waitSignal(series.saved) as saved:
        series.save()
    assert saved.args == [2]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"first": ""}, "first"),
        ({"first": "2026-12-01", "until": ""}, "until"),
        ({"first": "2026-12-01", "until": "2026-11-30"}, "until"),
        ({"first": "2026-12-01", "until": "2026-12-31", "weekdays": ()}, "weekdays"),
        ({"first": "2026-12-01", "until": "2099-12-31"}, "until"),
    ],
)
def test_a_rule_that_cannot_be_says_where(series, fields, where):
    series.type(**fields)
    series.save()
    assert where in series.state.problems


def test_a_clash_with_another_performance_is_named(series):
    series.type(first="2026-11-27", until="2026-11-27", weekdays=(4,), times=("20:00",))
    (made,) = series.state.dates
    assert made.clash == "The Winter Garden"


# -- cancelling ------------------------------------------------------------------------------


@pytest.fixture
def cancelling(house: Theatre, detail: Detail) -> Cancelling:
    for seats in (("A-1", "A-2"), ("A-3",), ("A-4",)):
        house.services.tickets.sell(house.order(*seats), by=house.cashier)
    made = Cancelling(house.services.cancellations, by=house.admin, tasks=ImmediateTasks())
    made.begin(detail.row(house.performance.id), title="The Winter Garden")
    return made


def test_it_is_shown_in_figures_what_cancelling_would_do(cancelling, house):
    plan = cancelling.state.plan
    assert (plan.bookings, plan.tickets, plan.anonymous) == (3, 4, 3)
    assert [part.amount for part in plan.money] == [house.euros(160)]


def test_nothing_happens_without_a_reason_and_a_second_act(house, cancelling):
    cancelling.run()
    cancelling.give_reason("  ")
    cancelling.be_sure(sure=True)
    cancelling.run()
    cancelling.be_sure(sure=False)
    cancelling.give_reason("Ill")
    cancelling.run()
    performance = house.services.schedule.performance(house.performance.id, by=house.admin)
    assert performance.status is PerformanceStatus.ON_SALE
    assert cancelling.state.outcome is None


def test_it_does_what_it_said_and_then_all_places_are_free(house, cancelling, detail, qtbot):
    cancelling.give_reason("Ill")
    cancelling.be_sure(sure=True)
    with qtbot.waitSignal(cancelling.finished):
        cancelling.run()
    assert cancelling.state.finished
    assert cancelling.state.outcome.done == 3
    fresh(detail)
    row = detail.row(house.performance.id)
    assert row.performance.status is PerformanceStatus.CANCELLED
    assert row.sold == 0


def test_paused_after_one_booking_it_goes_on_where_it_was(house, cancelling, detail, qtbot):
    cancelling.give_reason("Ill")
    cancelling.be_sure(sure=True)
    cancelling.changed.connect(cancelling.pause)  # as soon as anything is said
    cancelling.run()
    cancelling.changed.disconnect(cancelling.pause)
    assert not cancelling.state.finished
    done = cancelling.state.outcome.done
    assert 0 < done < 3
    assert cancelling.state.plan.bookings == 3 - done  # what is left, not what there was
    detail.load()
    assert detail.state.interrupted == {house.performance.id}
    cancelling.begin(detail.row(house.performance.id), title="The Winter Garden")
    assert cancelling.state.reason == "Ill"
    cancelling.be_sure(sure=True)
    with qtbot.waitSignal(cancelling.finished):
        cancelling.run()
    assert cancelling.state.outcome.done == 3


def test_an_interrupted_cancellation_is_found_from_the_list(house, catalogue, cancelling):
    cancelling.give_reason("Ill")
    cancelling.be_sure(sure=True)
    cancelling.changed.connect(cancelling.pause)
    cancelling.run()
    catalogue.load()
    assert [line.performance_id for line in catalogue.state.interrupted] == [house.performance.id]
