"""The drawer: opened once, every act in the journal, and the Z is the journal to the cent."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import Denied, Invalid, NoShift, ShiftIsOpen
from app.domain.payments import Tender, Tendered
from app.domain.shifts import DrawerAct, denominations, report_from_json, report_to_json
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from tests.builders import Theatre

FLOAT = Money(10000, "EUR")


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def shifts(house: Theatre):
    return house.services.shifts


def lines(house: Theatre, report) -> list:
    """The journal lines the report says it spans."""
    station = house.services.station.id
    return [
        line
        for line in house.services.payments.journal(by=house.admin)
        if line.station_id == station and report.first_line <= line.seq <= report.last_line
    ]


def a_day(house: Theatre) -> None:
    """Cash, slip, split, a refund, and money in and out by hand."""
    sell, by = house.services.tickets.sell, house.cashier
    first = sell(house.order("A-1", "A-2"), by=by)
    sell(house.order("A-3", tenders=(Tendered(Tender.SLIP, None, "4711"),)), by=by)
    split = (Tendered(Tender.SLIP, euros(1500), "4712"), Tendered(Tender.CASH, euros(6000)))
    sell(house.order("C-1", "A-4", tenders=split), by=by)
    house.services.bookings.refund(
        first.id,
        wanted={first.tickets[0].id: euros(2500)},
        reason="ill",
        key=new_id(),
        by=by,
    )
    shifts(house).move(DrawerAct.PAID_OUT, amount=euros(1250), note="flowers", by=by)
    shifts(house).move(DrawerAct.PAID_IN, amount=euros(500), note="change", by=by)
    shifts(house).move(DrawerAct.DROP, amount=euros(5000), note="safe", by=by)


def test_the_z_report_is_the_journal_to_the_cent(house):
    by = house.cashier
    house.services.tickets.sell(house.order("D-1"), by=by)  # before: not in the shift
    shifts(house).open(FLOAT, by=by)
    a_day(house)
    z = shifts(house).close({5000: 1, 2000: 2, 500: 4, 1: 3}, by=by)
    house.services.tickets.sell(house.order("D-2"), by=by)  # after
    spanned = lines(house, z)
    assert [spanned[0].kind, spanned[-1].kind] == ["float", "count"]
    by_tender: dict[str, int] = {}
    for line in spanned:
        if line.kind in {"sale", "refund"}:
            tender = json.loads(line.body)["tender"]
            by_tender[tender] = by_tender.get(tender, 0) + line.amount
    assert by_tender == {t.tender.value: t.net.minor for t in z.takings}
    cash = by_tender["cash"] + sum(
        line.amount for line in spanned if line.kind in {"float", "paid_in", "paid_out", "drop"}
    )
    assert cash == z.expected.minor == z.shift.expected.minor
    assert cash + spanned[-1].amount == z.shift.counted.minor == 11003
    assert z.shift.variance == z.shift.counted - z.shift.expected
    assert z.bookings == 3
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)


def test_takings_go_to_the_shift_that_is_open_at_the_station(house):
    by = house.cashier
    shift = shifts(house).open(FLOAT, by=by)
    assert shifts(house).current(by=by).id == shift.id
    house.services.tickets.sell(house.order("A-1"), by=by)
    x = shifts(house).x_report(by=by)
    assert [(t.tender, t.payments, t.taken.minor) for t in x.takings] == [(Tender.CASH, 1, 4000)]
    assert x.expected == euros(14000)
    assert x.shift.closed_at is None
    elsewhere = Operator(by.user_id, by.name, Role.CASHIER, "another", "T9")
    assert shifts(house).x_report(by=elsewhere) is None


def test_a_station_has_one_open_shift(house):
    shifts(house).open(FLOAT, by=house.cashier)
    with pytest.raises(ShiftIsOpen) as refused:
        shifts(house).open(FLOAT, by=house.cashier)
    assert refused.value.number == 1


def test_two_windows_opening_at_once_open_one_shift(house, database_url):
    windows = [build(Settings(database_url), clock=house.clock) for _ in range(4)]

    def one(window):
        try:
            return window.shifts.open(FLOAT, by=house.cashier).number
        except ShiftIsOpen:
            return 0

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, windows)) == [0, 0, 0, 1]
    for window in windows:
        window.close()


def test_numbers_have_no_gaps_and_old_z_reports_stay_as_printed(house):
    reports = []
    for pieces in (1, 2, 3):
        shifts(house).open(FLOAT, by=house.cashier)
        reports.append(shifts(house).close({5000: pieces}, by=house.cashier))
        house.clock.pass_by(minutes=5)
    assert [z.shift.number for z in reports] == [1, 2, 3]
    past = shifts(house).past(by=house.cashier)
    assert [s.number for s in past] == [3, 2, 1]
    assert [s.variance.minor for s in past] == [5000, 0, -5000]
    assert [shifts(house).z_report(s.id, by=house.cashier) for s in past] == reports[::-1]


def test_closing_twice_is_closing_once(house):
    shift = shifts(house).open(FLOAT, by=house.cashier)
    first = shifts(house).close({10000: 1}, shift_id=shift.id, by=house.cashier)
    assert shifts(house).close({5000: 1}, shift_id=shift.id, by=house.cashier) == first
    with pytest.raises(NoShift):
        shifts(house).close({5000: 1}, by=house.cashier)
    later = shifts(house).open(FLOAT, by=house.cashier)
    assert shifts(house).close({5000: 1}, shift_id=shift.id, by=house.cashier) == first
    assert shifts(house).current(by=house.cashier).id == later.id


def test_nothing_moves_without_a_shift(house):
    with pytest.raises(NoShift):
        shifts(house).move(DrawerAct.PAID_IN, amount=euros(100), note="x", by=house.cashier)
    assert shifts(house).x_report(by=house.cashier) is None
    assert lines_of_kind(house, "paid_in") == []


def lines_of_kind(house, kind):
    return [x for x in house.services.payments.journal(by=house.admin) if x.kind == kind]


@pytest.mark.parametrize(
    ("act", "amount", "note", "problems"),
    [
        (DrawerAct.PAID_OUT, 100, " ", {"note": "missing"}),
        (DrawerAct.PAID_IN, 0, "x", {"amount": "not_positive"}),
        (DrawerAct.DROP, 10001, "safe", {"amount": "too_large"}),
        (DrawerAct.COUNT, 100, "x", {"act": "unknown"}),
        (DrawerAct.PAID_IN, 100, "x" * 201, {"note": "too_long"}),
    ],
)
def test_a_movement_says_what_is_wrong_with_it(house, act, amount, note, problems):
    shifts(house).open(FLOAT, by=house.cashier)
    with pytest.raises(Invalid) as refused:
        shifts(house).move(act, amount=euros(amount), note=note, by=house.cashier)
    assert refused.value.problems == problems
    assert len(house.services.payments.journal(by=house.admin)) == 1


@pytest.mark.parametrize(
    ("counts", "key"), [({7: 1}, "unknown"), ({100: -1}, "negative"), ({100: 10**7}, "too_large")]
)
def test_a_count_is_of_pieces_that_exist(house, counts, key):
    shifts(house).open(FLOAT, by=house.cashier)
    with pytest.raises(Invalid) as refused:
        shifts(house).close(counts, by=house.cashier)
    assert refused.value.problems == {"count": key}
    assert shifts(house).current(by=house.cashier) is not None


def test_a_customer_has_no_drawer(house):
    customer = Operator(new_id(), "Mia", Role.CUSTOMER, house.cashier.station_id, "T1")
    with pytest.raises(Denied):
        shifts(house).open(FLOAT, by=customer)


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD", "XPF", "BHD", "GBP"])
@given(pieces=st.lists(st.integers(0, 10**6), min_size=25, max_size=25))
def test_counting_adds_up_in_every_currency(currency, pieces):
    values = denominations(currency)
    assert list(values) == sorted(set(values), reverse=True)
    assert values[-1] <= 100
    counted = dict(zip(values, pieces, strict=False))
    total = Money(sum(v * n for v, n in counted.items()), currency)
    assert total.minor < 2**63


def test_a_report_survives_being_kept(house):
    shifts(house).open(FLOAT, by=house.cashier)
    a_day(house)
    x = shifts(house).x_report(by=house.cashier)
    assert report_from_json(report_to_json(x)) == x
