"""Days and times as people type them."""

from datetime import date, time

import pytest

from ui.i18n import use_locale
from ui.typed_dates import day_words, parse_clock, parse_day

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "text",
    [
        *("27.11.2026", "27.11.26", "27.11.", "27.11", "27/11", "2026-11-27", "27 Nov"),
        *("27 november 2026", "Fri 27 Nov 2026", "fri, 27. nov. 2026", "+3"),
    ],
)
def test_a_day_may_be_typed_in_any_usual_way(text):
    assert parse_day(text, today=TODAY) == date(2026, 11, 27)


def test_without_a_year_the_next_such_day_is_meant():
    assert parse_day("3.1.", today=TODAY) == date(2027, 1, 3)
    assert parse_day("24.11.", today=TODAY) == TODAY
    assert parse_day("today", today=TODAY) == TODAY


@pytest.mark.parametrize("text", ["", "31.2.", "soon", "27 Nonsense", "0.1.", "x" * 10_000])
def test_what_is_no_day_is_none(text):
    assert parse_day(text, today=TODAY) is None


@pytest.mark.parametrize("locale", ["en", "de", "fr_CH"])
def test_a_day_shown_is_read_back(locale):
    use_locale(locale)
    try:
        assert parse_day(day_words(TODAY), today=TODAY) == TODAY
    finally:
        use_locale("en")


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("20", time(20)),
        ("2030", time(20, 30)),
        ("20:30", time(20, 30)),
        ("20.30", time(20, 30)),
        ("8 pm", time(20)),
        ("12am", time(0)),
        ("8h15", time(8, 15)),
        ("25", None),
        ("20:61", None),
        ("", None),
        ("evening", None),
    ],
)
def test_a_time_may_be_typed_in_any_usual_way(text, clock):
    assert parse_clock(text) == clock
