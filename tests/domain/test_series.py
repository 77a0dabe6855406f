"""Rules make the days people mean, checked against an independent reading of the same rule."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import DAILY, MO, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.events import ClockChoice, starts_at, wall_time
from app.domain.series import MOST, Repeat, Series, dated

EIGHT = time(20)
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Tokyo", "Australia/Lord_Howe"]
)


def problems(series):
    with pytest.raises(Invalid) as refusal:
        series.wall_times()
    return refusal.value.problems


def test_fridays_and_saturdays_until_a_day_but_not_on_the_exception():
    series = Series(
        first=date(2026, 12, 1),
        times=(EIGHT,),
        weekdays=frozenset({4, 5}),
        until=date(2026, 12, 19),
        except_on=frozenset({date(2026, 12, 12)}),
    )
    assert series.wall_times() == (
        "2026-12-04T20:00",
        "2026-12-05T20:00",
        "2026-12-11T20:00",
        "2026-12-18T20:00",
        "2026-12-19T20:00",
    )


def test_a_matinee_and_an_evening_on_the_same_day_count_as_two():
    series = Series(date(2026, 12, 26), (EIGHT, time(15)), Repeat.DAYS, count=3)
    assert series.wall_times() == ("2026-12-26T15:00", "2026-12-26T20:00", "2026-12-27T15:00")


def test_what_is_left_out_does_not_count():
    first = date(2026, 12, 26)
    series = Series(first, (EIGHT,), Repeat.DAYS, count=2, except_on=frozenset({first}))
    assert series.wall_times() == ("2026-12-27T20:00", "2026-12-28T20:00")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"times": ()}, {"times": "missing"}),
        ({"every": 0}, {"every": "not_positive"}),
        ({"weekdays": frozenset()}, {"weekdays": "missing"}),
        ({"until": None}, {"until": "missing"}),
        ({"until": date(2026, 11, 1)}, {"until": "before_first"}),
        ({"count": 0}, {"count": "not_positive"}),
        ({"count": MOST + 1}, {"count": "too_large"}),
        ({"until": date(2026, 12, 1)}, {"until": "no_performance"}),
        ({"until": date(2040, 12, 1)}, {"until": "too_large"}),
    ],
)
def test_a_rule_that_cannot_be_says_which_field(changes, problem):
    values = {
        "first": date(2026, 12, 1),
        "times": (EIGHT,),
        "weekdays": frozenset({4}),
        "until": date(2027, 1, 1),
    }
    assert problems(Series(**(values | changes))) == problem


def test_an_endless_rule_near_the_end_of_time_ends():
    series = Series(date.max - timedelta(days=2), (EIGHT,), Repeat.DAYS, count=9)
    assert len(series.wall_times()) == 3


@given(
    first=DAYS,
    length=st.integers(0, 300),
    every=st.integers(1, 5),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    out=st.frozensets(st.integers(0, 300), max_size=20),
    count=st.none() | st.integers(1, 30),
    daily=st.booleans(),
)
def test_a_rule_means_what_another_reader_of_it_understands(
    *, first, length, every, weekdays, out, count, daily
):
    until = first + timedelta(days=length)
    except_on = frozenset(first + timedelta(days=n) for n in out)
    repeat = Repeat.DAYS if daily else Repeat.WEEKS
    series = Series(first, (EIGHT,), repeat, every, weekdays, until, count, except_on)
    read = rrule(
        DAILY if daily else WEEKLY,
        dtstart=datetime.combine(first, EIGHT),
        interval=every,
        until=datetime.combine(until, EIGHT),
        byweekday=None if daily else sorted(weekdays),
        wkst=MO,
    )
    expected = [at for at in read if at.date() not in except_on][:count]
    if expected:
        assert series.wall_times() == tuple(at.strftime("%Y-%m-%dT%H:%M") for at in expected)
    else:
        assert problems(series) == {"until": "no_performance"}


@given(first=DAYS, at=st.times(), zone=ZONES, count=st.integers(1, 400))
def test_every_date_is_at_its_hour_or_asks_which_instant_is_meant(first, at, zone, count):
    at = at.replace(second=0, microsecond=0)
    series = Series(first, (at,), Repeat.DAYS, count=count)
    dates = dated(series, zone=zone)
    assert len(dates) == count
    for each in dates:
        if each.problem:
            assert each.starts_at is None
            assert each.earlier < each.later
            shows = {wall_time(each.earlier, zone), wall_time(each.later, zone)}
            assert (shows == {each.wall_time}) == (each.problem == "exists_twice")
        else:
            assert wall_time(each.starts_at, zone) == each.wall_time
    known = [each.starts_at for each in dates if each.starts_at]
    assert known == sorted(known)


def test_a_time_the_clocks_skip_is_asked_about_and_answered():
    series = Series(date(2027, 3, 27), (time(2, 30),), Repeat.DAYS, count=3)
    problem = dated(series, zone="Europe/Berlin")[1]
    assert problem.wall_time == "2027-03-28T02:30"
    assert problem.problem == "does_not_exist"
    assert problem.earlier == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert problem.later == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    choices = {"2027-03-28T02:30": ClockChoice.LATER}
    chosen = dated(series, zone="Europe/Berlin", choices=choices)
    assert [each.problem for each in chosen] == ["", "does_not_exist", ""]
    assert chosen[1].starts_at == problem.later


def test_a_time_the_clocks_show_twice_is_the_first_or_the_second():
    when = "2026-10-25T02:30"
    with pytest.raises(Invalid) as refusal:
        starts_at(when, "Europe/Berlin")
    assert refusal.value.problems == {"starts_at": "exists_twice"}
    first = starts_at(when, "Europe/Berlin", ClockChoice.EARLIER)
    second = starts_at(when, "Europe/Berlin", ClockChoice.LATER)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second - first == timedelta(hours=1)
    assert {wall_time(first, "Europe/Berlin"), wall_time(second, "Europe/Berlin")} == {when}


def test_a_choice_changes_nothing_where_there_is_none():
    for choice in ClockChoice:
        assert starts_at("2026-11-27T20:00", "Europe/Berlin", choice) == datetime(
            2026, 11, 27, 19, tzinfo=UTC
        )
