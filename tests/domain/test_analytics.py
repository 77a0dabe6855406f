"""What an act adds to the rollups, and what a pace is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.analytics import (
    Counted,
    Metric,
    MetricType,
    SaleKind,
    refund_metrics,
    return_metrics,
    sale_metrics,
)
from app.domain.figures import (
    PACE_DAYS,
    Daily,
    Day,
    Filling,
    Scope,
    Totals,
    pace_of,
    season_of,
)

EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
BERLIN = "Europe/Berlin"


def ticket(number=1, **changes):
    values = {
        "ticket_id": f"t{number}",
        "event_id": "e1",
        "performance_id": "p1",
        "zone": "Stalls",
        "price_type": "Adult",
        "price": 4000,
        "currency": "EUR",
    }
    return Counted(**(values | changes))


def sold(*tickets, shares=(), at=EVENING, zone=BERLIN):
    return sale_metrics(
        tickets, shares=shares, channel="counter", operator_id="u1", at=at, zone=zone
    )


def by_kind(rollup, kind):
    return {metric.key: metric for metric in rollup.metrics if metric.type is kind}


def test_the_house_s_clock_says_which_day_and_hour_a_sale_belongs_to():
    hours = by_kind(sold(ticket()), MetricType.HOUR)
    assert hours == {"2-00": Metric("e1", MetricType.HOUR, "2-00", "2026-11-25", "EUR", 1, 4000)}
    assert set(by_kind(sold(ticket(), zone="UTC"), MetricType.HOUR)) == {"1-23"}


def test_the_hour_that_comes_twice_in_autumn_is_counted_twice_under_one_name():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for at in (first, first + timedelta(hours=1)):
        assert set(by_kind(sold(ticket(), at=at), MetricType.HOUR)) == {"6-02"}


def test_what_falls_on_one_row_is_added_up_in_the_order_of_the_key():
    rollup = sold(ticket(1), ticket(2, price=2000, price_type="Child"), ticket(3, event_id="e0"))
    keys = [(m.event_id, m.type, m.key, m.currency) for m in rollup.metrics]
    assert keys == sorted(set(keys))
    assert by_kind(rollup, MetricType.PRICE_TYPE)["Child"].gross == 2000
    whole = [m for m in rollup.metrics if m.type is MetricType.PERFORMANCE]
    assert [(m.event_id, m.sold, m.gross) for m in whole] == [("e0", 1, 4000), ("e1", 2, 6000)]


def test_tenders_count_money_and_no_tickets():
    shares = [("t1", "cash", 1500), ("t1", "voucher", 2500), ("t2", "cash", 0)]
    tenders = by_kind(sold(ticket(1), ticket(2, price=0), shares=shares), MetricType.TENDER)
    assert {key: (m.sold, m.gross) for key, m in tenders.items()} == {
        "cash": (0, 1500),
        "voucher": (0, 2500),
    }


def test_a_return_counts_the_ticket_and_a_refund_the_money():
    back = return_metrics([ticket()], channel="counter", operator_id="u1", at=EVENING, zone=BERLIN)
    assert {(m.sold, m.gross, m.returned, m.refunded) for m in back.metrics} == {(0, 0, 1, 0)}
    assert MetricType.TENDER not in {m.type for m in back.metrics}
    assert [(line.kind, line.amount) for line in back.lines] == [(SaleKind.RETURN, 4000)]
    given = refund_metrics(
        [(ticket(), "card", 1000), (ticket(2), "card", 0)],
        channel="counter",
        operator_id="u2",
        at=EVENING,
        zone=BERLIN,
    )
    assert {(m.sold, m.returned, m.refunded) for m in given.metrics} == {(0, 0, 1000)}
    assert set(by_kind(given, MetricType.OPERATOR)) == {"u2"}
    assert set(by_kind(given, MetricType.TENDER)) == {"card"}
    assert given.lines == ()


def test_every_ticket_leaves_a_line():
    lines = sold(ticket(1), ticket(2)).lines
    assert [(line.ticket_id, line.kind, line.day) for line in lines] == [
        ("t1", SaleKind.SALE, "2026-11-25"),
        ("t2", SaleKind.SALE, "2026-11-25"),
    ]


# --- questions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 24), date(2026, 8, 1)),
        (date(2026, 8, 1), date(2026, 8, 1)),
        (date(2026, 7, 31), date(2025, 8, 1)),
    ],
)
def test_a_season_runs_from_august_to_july(day, first):
    assert season_of(day) == (first, date(first.year + 1, 7, 31))


def test_a_scope_is_compared_with_as_many_days_before_or_with_those_named():
    scope = Scope(date(2026, 11, 18), date(2026, 11, 24), "EUR", event_id="e1")
    before = scope.before()
    assert (before.since, before.until) == (date(2026, 11, 11), date(2026, 11, 17))
    assert before.event_id == "e1"
    named = Scope(date(2026, 8, 1), date(2026, 8, 3), "EUR", against=date(2025, 8, 1)).before()
    assert (named.since, named.until) == (date(2025, 8, 1), date(2025, 8, 3))


def test_a_day_that_is_not_over_is_compared_with_as_much_of_the_day_before():
    day = date(2026, 11, 24)
    daily = Daily(
        Scope(day, day, "EUR"),
        (Day(day, Totals(1, 100)),),
        (Day(day, Totals(24, 2400)),),
        hours=(Totals(),) * 24,
        hours_before=(Totals(1, 100),) * 24,
        hour=11,
    )
    assert daily.totals_before == Totals(12, 1200)


def filling(**changes):
    values = {
        "performance_id": "p1",
        "event_id": "e1",
        "title": "A Play",
        "starts_at": EVENING,
        "zone": BERLIN,
        "sold": 0,
        "capacity": 100,
    }
    return Filling(**(values | changes))


def test_a_pace_adds_up_what_was_sold_by_each_day_before():
    pace = pace_of(filling(), {70: 5, 40: 10, 20: 3}, days_out=20, others=[])
    assert pace.mine[0] == 5
    assert pace.mine[PACE_DAYS - 40] == 15
    assert pace.mine[-1] == 18
    assert pace.days_out == 20
    assert pace.band == ()
    assert pace.ahead == ()


def test_others_are_scaled_to_this_house_and_foretell_its_end():
    others = [(200, {30: 40, 0: 60}), (100, {30: 20, 0: 30}), (50, {30: 10, 0: 15})]
    pace = pace_of(filling(), {30: 25}, days_out=10, others=others)
    assert pace.others == 3
    assert [round(band.middle) for band in (pace.band[0], pace.band[30], pace.band[-1])] == [
        0,
        20,
        50,
    ]
    assert [round(end, 6) for end in (pace.ahead[-1].low, pace.ahead[-1].high)] == [55, 55]


def test_a_forecast_never_passes_the_house():
    others = [(100, {30: 5, 0: 90})] * 3
    pace = pace_of(filling(), {30: 80}, days_out=10, others=others)
    assert pace.ahead[-1].high == 100


def test_a_performance_far_away_has_no_pace_yet():
    assert pace_of(filling(), {}, days_out=90, others=[]).mine == ()
