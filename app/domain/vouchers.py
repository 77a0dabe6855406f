"""Gift vouchers: a code that pays until its balance is used up. Every cent in and out is an entry."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.errors import Invalid, VoucherUnusable
from app.domain.values import Money

# Without 0, 1, I and O, as on tickets: read aloud, typed by hand, written on cards.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 12
_GROUP = 4
_ALIKE = str.maketrans("01IO", "QLLQ")  # what a hand writes and an eye reads instead
_KEPT_YEARS = 3
_A_MOMENT = timedelta(microseconds=1)


class VoucherStatus(StrEnum):
    """A void one was given back before it was used up."""

    VALID = "valid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Voucher:
    """One gift voucher. `booking_id` is the purchase it was sold in; instants in UTC."""

    id: str
    code: str
    booking_id: str
    amount: Money
    balance: Money
    created_at: datetime
    expires_at: datetime | None = None
    user_id: str | None = None
    status: VoucherStatus = VoucherStatus.VALID
    booking_number: str = ""

    @property
    def last_day(self) -> date | None:
        """The last day on which it pays, in UTC; None when it never expires."""
        return None if self.expires_at is None else (self.expires_at - _A_MOMENT).date()

    def problem(self, now: datetime) -> str:
        """Why it cannot pay at `now`: void, expired or empty; "" when it can."""
        if self.status is VoucherStatus.VOID:
            return "void"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "" if self.balance else "empty"

    def must_pay(self, amount: Money, *, now: datetime) -> None:
        """VoucherUnusable unless it can pay `amount` at `now`."""
        reason = self.problem(now)
        if not reason and amount.currency != self.balance.currency:
            reason = "currency"
        elif not reason and amount > self.balance:
            reason = "not_enough"
        if reason:
            raise VoucherUnusable(shown_code(self.code), reason, self.balance)


@dataclass(frozen=True, slots=True)
class VoucherEntry:
    """Money onto (+) or off (−) a voucher; `subject_id` is the booking, payment or refund."""

    at: datetime
    amount: Money
    subject_id: str


def new_voucher_code() -> str:
    """Eleven random letters (55 bits) and one that catches a mistyped one."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH - 1))
    return letters + _check_letter(letters)


def shown_code(code: str) -> str:
    """As it is printed and read: K7QM-4TXA-9RWP."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_voucher_code(text: str) -> str:
    """The code in what somebody typed or a scanner read.

    Case, spaces and dashes do not matter. Invalid({"voucher": …}) with missing, unknown or mistyped.
    """
    code = "".join(c for c in text.upper() if c.isalnum()).translate(_ALIKE)
    if not code:
        raise Invalid({"voucher": "missing"})
    if len(code) != _LENGTH or any(letter not in _LETTERS for letter in code):
        raise Invalid({"voucher": "unknown"})
    if _check_letter(code[:-1]) != code[-1]:
        raise Invalid({"voucher": "mistyped"})
    return code


def _check_letter(letters: str) -> str:
    """Luhn's sum in base 32: one wrong letter changes it, and so do nearly all swapped neighbours."""
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = _LETTERS.index(letter) * (2 - place % 2)
        total += value // len(_LETTERS) + value % len(_LETTERS)
    return _LETTERS[-total % len(_LETTERS)]


def usual_expiry(now: datetime) -> datetime:
    """The end of the third year after the one it is sold in, in UTC."""
    return now.replace(
        year=now.year + _KEPT_YEARS + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


class Vouchers(Protocol):
    """Gift vouchers as the database keeps them."""

    def add(self, voucher: Voucher) -> None:
        """A new one, bought in its booking, with its first entry."""

    def by_code(self, code: str) -> Voucher | None:
        """Whoever it is, usable or not."""

    def redeem(self, code: str, *, amount: Money, subject_id: str) -> Voucher:
        """Take `amount` off for a payment, in the sale's transaction; two tills cannot take the same.

        VoucherUnusable when there is no such voucher or it cannot pay that.
        """

    def credit(self, code: str, *, amount: Money, subject_id: str) -> Voucher:
        """Put `amount` back for a refund; VoucherUnusable when there is none or it would hold more than
        it was bought for."""

    def void(self, voucher_id: str, *, subject_id: str) -> Voucher:
        """Take all of it off again and let it pay no more: its purchase is undone. VoucherUnusable
        (spent, void) when some of it is gone; no till can spend it meanwhile."""

    def entries(self, voucher_id: str) -> tuple[VoucherEntry, ...]:
        """Oldest first; they add up to the balance."""

    def newest(self, *, search: str = "", limit: int) -> tuple[Voucher, ...]:
        """Newest first, whose code or booking number contains the text."""
