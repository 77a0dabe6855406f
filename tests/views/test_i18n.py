"""Money, dates and times as people read and type them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import Invalid
from app.domain.values import Money
from ui import i18n


@pytest.fixture(autouse=True)
def english():
    yield
    i18n.use_locale("en")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(12000, "EUR"), "€120.00"),
        (Money(105700, "EUR"), "€1,057.00"),
        (Money(-350, "EUR"), "-€3.50"),
        (Money(1200, "JPY"), "¥1,200"),
        (Money(1250, "KWD"), "KWD1.250"),
    ],
)
def test_money_shows_symbol_and_all_decimals(value, shown):
    assert i18n.money(value) == shown


def test_a_price_is_as_short_as_on_a_poster():
    assert i18n.price(Money(4800, "EUR")) == "€48"
    assert i18n.price(Money(4850, "EUR")) == "€48.50"
    assert i18n.price(Money(1200, "JPY")) == "¥1,200"
    assert i18n.price(Money(4800, "EUR"), "de") == "48\xa0€"


def test_a_column_of_one_currency_needs_no_symbol():
    assert i18n.amount(Money(4800, "EUR")) == "48.00"
    assert i18n.amount(Money(1200, "JPY")) == "1,200"


def test_money_follows_the_locale():
    i18n.use_locale("de")
    assert i18n.money(Money(105700, "EUR")) == "1.057,00\xa0€"
    assert i18n.parse_money("1.057,50", "EUR") == Money(105750, "EUR")


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("50", 5000), ("50.5", 5050), ("50,50", 5050), (" 1,057.00 ", 105700), ("1,057", 105700)],
)
def test_a_cashier_may_type_either_decimal_mark(typed, minor):
    assert i18n.parse_money(typed, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "missing"),
        ("fifty", "not_a_number"),
        ("-5", "not_a_number"),
        ("5.0.0", "not_a_number"),
        ("1e3", "not_a_number"),
        ("5.", "not_a_number"),
        ("9999999999999", "not_a_number"),
        ("1.005", "too_precise"),
    ],
)
def test_anything_doubtful_is_refused(typed, problem):
    with pytest.raises(Invalid) as refused:
        i18n.parse_money(typed, "EUR")
    assert refused.value.problems == {"amount": problem}


def test_a_day_is_headed_by_how_near_it_is():
    today = date(2026, 11, 27)
    assert i18n.day_heading(today, today=today) == "Tonight, Friday 27 November"
    assert i18n.day_heading(today, today=today, evening=False) == "Today, Friday 27 November"
    assert i18n.day_heading(date(2026, 11, 28), today=today) == "Tomorrow, Saturday 28 November"
    assert i18n.day_heading(date(2027, 1, 2), today=today) == "Saturday 2 January 2027"


def test_a_time_is_the_wall_clock_of_the_venue():
    assert i18n.time_of(datetime(2026, 11, 27, 19, 0, tzinfo=UTC), "Europe/Berlin") == "20:00"


def test_dates_read_as_spoken():
    assert i18n.date_long(date(2026, 11, 27)) == "Friday 27 November 2026"
    assert i18n.date_short(date(2026, 11, 27)) == "27 Nov 2026"


def test_small_words():
    assert i18n.listed(("F 5",)) == "F 5"
    assert i18n.percent(700) == "7\xa0%"
    assert i18n.percent(1950) == "19.5\xa0%"
    assert i18n.countdown(582) == "9:42"
    assert i18n.plural("{count} ticket", "{count} tickets", 1057) == "1,057 tickets"


def test_a_column_of_moments_names_the_year_only_far_from_now():
    soon = datetime.now(UTC).replace(hour=18, minute=5) + timedelta(days=40)
    local = soon.astimezone(ZoneInfo("Europe/Berlin"))
    assert i18n.moment_brief(soon, "Europe/Berlin") == f"{local:%-d %b, %H:%M}"
    long_ago = datetime(2019, 6, 7, 18, 5, tzinfo=UTC)
    assert i18n.moment_brief(long_ago, "Europe/Berlin") == "7 Jun 2019, 20:05"
    i18n.use_locale("de")
    assert i18n.moment_brief(soon, "Europe/Berlin").startswith(f"{local:%-d}. ")
