"""Money adds up, instants survive, a day at the venue is the day on the wall, ids sort by time."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from operator import add, ge, gt, le, lt, sub
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import values
from app.domain.values import (
    Money,
    at_venue,
    business_day,
    exponent,
    from_micros,
    new_id,
    to_micros,
)

BERLIN = "Europe/Berlin"
AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)
RATES = st.integers(0, 10_000)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo(BERLIN), ZoneInfo("America/St_Johns")]),
)


def euros(minor):
    return Money(minor, "EUR")


# --- money ----------------------------------------------------------------------------------------


@given(AMOUNTS, WEIGHTS)
def test_a_split_always_adds_up(amount, weights):
    assert sum(share.minor for share in euros(amount).split(weights)) == amount


@given(AMOUNTS, WEIGHTS)
def test_a_split_is_fair_to_less_than_one_minor_unit(amount, weights):
    total = sum(weights)
    for share, weight in zip(euros(amount).split(weights), weights, strict=True):
        assert abs(share.minor * total - amount * weight) < total


@given(AMOUNTS, WEIGHTS)
def test_splitting_a_refund_mirrors_splitting_the_sale(amount, weights):
    assert euros(-amount).split(weights) == tuple(-share for share in euros(amount).split(weights))


@given(AMOUNTS, st.integers(1, 30))
def test_equal_shares_differ_by_one_minor_unit_at_most(amount, people):
    shares = [share.minor for share in euros(amount).split([1] * people)]
    assert max(shares) - min(shares) <= 1


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_nothing_pays_nothing(amount, weights):
    shares = euros(amount).split([*weights, 0])
    assert not shares[-1]


@pytest.mark.parametrize("weights", [[], [0], [0, 0]])
def test_a_split_by_nothing_is_a_bug(weights):
    with pytest.raises(ValueError, match="more than nothing"):
        euros(100).split(weights)


@given(AMOUNTS, RATES)
def test_the_tax_in_a_refund_mirrors_the_tax_in_the_sale(amount, rate):
    assert euros(-amount).tax_included(rate) == -euros(amount).tax_included(rate)


@given(AMOUNTS, RATES)
def test_the_tax_inside_an_amount_is_right_to_half_a_minor_unit(amount, rate):
    tax = euros(amount).tax_included(rate).minor
    assert abs(2 * (tax * (10_000 + rate) - amount * rate)) <= 10_000 + rate
    assert abs(tax) <= abs(amount)


def test_the_tax_inside_a_known_amount():
    assert euros(1_190).tax_included(1_900) == euros(190)
    assert euros(2_500).tax_included(700) == euros(164)
    assert euros(2_500).tax_included(0) == euros(0)


@given(st.lists(AMOUNTS))
def test_a_total_is_the_sum(amounts):
    assert Money.total(map(euros, amounts), "EUR") == euros(sum(amounts))


@given(AMOUNTS, AMOUNTS)
def test_money_of_one_currency_compares_by_amount(one, other):
    assert (euros(one) < euros(other)) == (one < other)
    assert (euros(one) >= euros(other)) == (one >= other)
    assert max(euros(one), euros(other)) == euros(max(one, other))


@pytest.mark.parametrize("act", [add, sub, lt, le, gt, ge])
def test_two_currencies_neither_add_up_nor_compare(act):
    with pytest.raises(ValueError, match="EUR"):
        act(euros(1), Money(2, "CHF"))


def test_a_total_is_in_one_currency():
    with pytest.raises(ValueError, match="CHF"):
        Money.total([euros(1), Money(2, "CHF")], "EUR")


def test_equal_amounts_of_two_currencies_are_not_equal():
    assert euros(1) != Money(1, "CHF")


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_a_currency_has_the_decimal_places_of_the_standard(currency, places):
    assert exponent(currency) == places


# --- instants -------------------------------------------------------------------------------------


@given(INSTANTS)
def test_an_instant_survives_as_microseconds(instant):
    back = from_micros(to_micros(instant))
    assert back == instant.astimezone(UTC)
    assert back.tzinfo is UTC


@given(st.integers(-(2**50), 2**52))
def test_microseconds_survive_as_an_instant(micros):
    assert to_micros(from_micros(micros)) == micros


@given(INSTANTS, INSTANTS)
def test_microseconds_sort_as_instants_do(one, other):
    ordered = to_micros(one) <= to_micros(other)
    assert ordered == (one.astimezone(UTC) <= other.astimezone(UTC))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # winter ends on 29 March 2026: the day has 23 hours
        ("2026-03-28T22:59:59", date(2026, 3, 28)),
        ("2026-03-28T23:00:00", date(2026, 3, 29)),
        ("2026-03-29T21:59:59", date(2026, 3, 29)),
        ("2026-03-29T22:00:00", date(2026, 3, 30)),
        # summer ends on 25 October 2026: the day has 25 hours
        ("2026-10-24T21:59:59", date(2026, 10, 24)),
        ("2026-10-24T22:00:00", date(2026, 10, 25)),
        ("2026-10-25T22:59:59", date(2026, 10, 25)),
        ("2026-10-25T23:00:00", date(2026, 10, 26)),
    ],
)
def test_a_business_day_begins_and_ends_at_midnight_on_the_venue_wall(instant, day):
    assert business_day(datetime.fromisoformat(instant).replace(tzinfo=UTC), BERLIN) == day


@given(st.integers(0, 365 * 24 * 60))
def test_every_minute_of_a_year_belongs_to_the_day_the_wall_says(minute):
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    midnight = datetime.combine(
        business_day(instant, BERLIN), datetime.min.time(), ZoneInfo(BERLIN)
    )
    hours = (instant - midnight.astimezone(UTC)) / timedelta(hours=1)
    assert 0 <= hours < 25
    assert at_venue(instant, BERLIN).date() == midnight.date()


def test_the_hour_that_comes_twice_is_two_instants():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = first + timedelta(hours=1)
    walls = [at_venue(instant, BERLIN) for instant in (first, again)]
    assert [f"{wall:%H:%M %Z}" for wall in walls] == ["02:30 CEST", "02:30 CET"]
    assert [from_micros(to_micros(wall)) for wall in walls] == [first, again]


# --- identity -------------------------------------------------------------------------------------


def test_an_id_is_a_uuid_of_version_7():
    for _ in range(500):
        text = new_id()
        made = uuid.UUID(text)
        assert str(made) == text
        assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_are_never_the_same():
    assert len({new_id() for _ in range(5_000)}) == 5_000


def test_an_id_tells_the_millisecond_it_was_made_in():
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id()).int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


@given(st.lists(st.integers(0, 2**47), unique=True, min_size=2, max_size=20))
def test_ids_sort_by_the_time_they_were_made(milliseconds):
    with pytest.MonkeyPatch.context() as patch:
        made = []
        for moment in milliseconds:
            patch.setattr(values.time, "time_ns", lambda moment=moment: moment * 1_000_000)
            made.append((moment, new_id()))
    assert [text for _, text in sorted(made)] == sorted(text for _, text in made)
