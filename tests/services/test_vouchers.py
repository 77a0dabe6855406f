"""Gift vouchers: bought, spent, credited; every cent is an entry, and no cent is spent twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import Invalid, VoucherUnusable
from app.domain.payments import Tender, Tendered
from app.domain.values import Money, new_id
from app.domain.vouchers import (
    _LETTERS,
    Voucher,
    new_voucher_code,
    read_voucher_code,
    shown_code,
    usual_expiry,
)
from tests.builders import NOON, Theatre

FIFTY = Money(5000, "EUR")


def bought(house: Theatre, amount: Money = FIFTY) -> Voucher:
    """A voucher, sold over the counter for cash."""
    order = house.order_of([], vouchers=(amount,))
    booking = house.services.tickets.sell(order, by=house.cashier)
    (gift,) = booking.vouchers
    return house.services.vouchers.look_up(gift.code, by=house.cashier)


def spend(house: Theatre, code: str, minor: int | None, *labels: str):
    """Buy seats with the voucher and, for the rest, cash."""
    first = Tendered(Tender.VOUCHER, None if minor is None else Money(minor, "EUR"), code)
    order = house.order(*labels, tenders=(first, Tendered(Tender.CASH)))
    return house.services.tickets.sell(order, by=house.cashier)


def balance(house: Theatre, voucher: Voucher) -> int:
    entries = house.services.vouchers.entries(voucher.id, by=house.cashier)
    (now,) = [v for v in house.services.vouchers.vouchers(by=house.cashier) if v.id == voucher.id]
    assert sum(entry.amount.minor for entry in entries) == now.balance.minor
    return now.balance.minor


def test_a_voucher_pays_until_it_is_used_up(house):
    voucher = bought(house)
    spend(house, voucher.code, 4000, "A-1")
    assert balance(house, voucher) == 1000
    booking = spend(house, voucher.code, 1000, "A-2")
    assert [(p.tender, p.amount.minor) for p in booking.payments] == [
        (Tender.VOUCHER, 1000),
        (Tender.CASH, 3000),
    ]
    assert balance(house, voucher) == 0
    with pytest.raises(VoucherUnusable) as refused:
        house.services.vouchers.look_up(voucher.code, by=house.cashier)
    assert refused.value.reason == "empty"


def test_more_than_is_left_is_refused_with_what_is_left_and_nothing_is_sold(house):
    voucher = bought(house, Money(2500, "EUR"))
    with pytest.raises(VoucherUnusable) as refused:
        spend(house, voucher.code, 4000, "A-1")
    assert refused.value.reason == "not_enough"
    assert refused.value.balance == Money(2500, "EUR")
    assert balance(house, voucher) == 2500
    spend(house, voucher.code, 2500, "A-1")


def test_a_refund_goes_back_onto_the_voucher(house):
    voucher = bought(house)
    booking = spend(house, voucher.code, 4000, "A-1")
    house.services.bookings.refund(
        booking.id,
        wanted={booking.tickets[0].id: Money(1500, "EUR")},
        reason="late",
        key=new_id(),
        by=house.cashier,
    )
    assert balance(house, voucher) == 2500


def test_an_expired_or_unknown_voucher_is_refused_by_the_sale_itself(house):
    voucher = bought(house)
    with pytest.raises(VoucherUnusable) as refused:
        spend(house, new_voucher_code(), 4000, "A-1")
    assert refused.value.reason == "unknown"
    work = house.services.tickets._work
    old = Voucher(
        id=new_id(),
        code=new_voucher_code(),
        booking_id=voucher.booking_id,
        amount=FIFTY,
        balance=FIFTY,
        created_at=NOON,
        expires_at=NOON + timedelta(days=1),
    )
    work.write(lambda w: w.vouchers.add(old))
    house.clock.pass_by(days=1)
    for ask in (
        lambda: spend(house, old.code, 4000, "A-1"),
        lambda: house.services.vouchers.look_up(old.code, by=house.cashier),
    ):
        with pytest.raises(VoucherUnusable) as refused:
            ask()
        assert refused.value.reason == "expired"


def test_a_voided_voucher_pays_no_more(house):
    voucher = bought(house)
    work = house.services.tickets._work
    void = work.write(lambda w: w.vouchers.void(voucher.id, subject_id=voucher.booking_id))
    assert void.balance == Money(0, "EUR")
    assert balance(house, voucher) == 0
    with pytest.raises(VoucherUnusable) as refused:
        spend(house, voucher.code, 100, "A-1")
    assert refused.value.reason == "void"
    with pytest.raises(VoucherUnusable):
        work.write(lambda w: w.vouchers.credit(voucher.code, amount=FIFTY, subject_id=new_id()))


def test_two_tills_cannot_spend_the_same_balance(house, database_url):
    voucher = bought(house)
    tills = [build(Settings(database_url, station=f"T{n}"), clock=house.clock) for n in range(4)]

    def one(till, number):
        try:
            till.tickets._work.write(
                lambda w: w.vouchers.redeem(
                    voucher.code, amount=Money(2000, "EUR"), subject_id=f"{number}"
                )
            )
        except VoucherUnusable as refused:
            return refused.reason
        return "paid"

    with ThreadPoolExecutor(4) as threads:
        ends = Counter(threads.map(one, tills, range(4)))
    for till in tills:
        till.close()
    assert ends == {"paid": 2, "not_enough": 2}
    assert balance(house, voucher) == 1000


def test_vouchers_are_found_by_code_and_booking(house):
    one, other = bought(house), bought(house)
    search = house.services.vouchers.vouchers
    assert [v.id for v in search(by=house.cashier)] == [other.id, one.id]
    assert [v.id for v in search(search=shown_code(one.code), by=house.cashier)] == [one.id]
    number = house.services.bookings.booking(other.booking_id, by=house.cashier).number
    assert [v.id for v in search(search=number.lower(), by=house.cashier)] == [other.id]
    assert search(search="ZZZZ ZZZZ", by=house.cashier) == ()


# --- the code ---------------------------------------------------------------------------------


def test_a_code_is_read_however_it_is_written():
    code = new_voucher_code()
    for text in (code, shown_code(code), shown_code(code).lower(), f"  {code[:3]} {code[3:]} "):
        assert read_voucher_code(text) == code


@given(st.integers(0, 11), st.sampled_from(_LETTERS))
def test_one_wrong_letter_is_noticed(place, letter):
    code = new_voucher_code()
    wrong = code[:place] + letter + code[place + 1 :]
    if wrong != code:
        with pytest.raises(Invalid) as refused:
            read_voucher_code(wrong)
        assert refused.value.problems == {"voucher": "mistyped"}


@pytest.mark.parametrize(("text", "key"), [("", "missing"), (" - ", "missing"), ("ABC", "unknown")])
def test_what_cannot_be_a_code_is_said(text, key):
    with pytest.raises(Invalid) as refused:
        read_voucher_code(text)
    assert refused.value.problems == {"voucher": key}


def test_the_usual_expiry_is_the_end_of_the_third_year_after():
    assert usual_expiry(NOON).isoformat() == "2030-01-01T00:00:00+00:00"
