"""One line for a whole sale, `2a 1c stalls best / cash 50`, and for everything else one looks for at
a counter: a customer, a booking, a ticket under the scanner, a performance.

Before the slash what is wanted, after it
how it is paid:

    2a 1c, 3, 4 standing     how many, by price type where it is given; 2x a and 2 adults are read too
    stalls, near C7, under 30, block, 1w+1
                             where the best are looked for: zones or sections, beside a seat, up to a
                             price, as a block over rows, a wheelchair space with its companion
    A12-A15, A12-15, A12,13  seats by label; then 4a, or one price type for all of them
    code SUMMER10            a discount
    / cash 50 / card / slip 1234 20 / voucher CODE / reserve fri 18:00
                             what is put down, in this order; without a sum, all that is left

Words may be shortened as long as they mean one thing; names with blanks or of several words may stand
in quotes; `seat` and `in` say that a seat's label or a part of the house follows. Whatever cannot be
read is a `LineProblem` that points at the word; a line never raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.domain.errors import Invalid
from app.domain.payments import Tender
from app.domain.sale_command import (
    FindCustomer,
    FindPerformance,
    LineProblem,
    Nothing,
    OpenBooking,
    Parsed,
    Paying,
    SaleCommand,
    ScanTicket,
)
from app.domain.sale_reading import SaleReader
from app.domain.sale_walk import Misread, money_of, problem_at
from app.domain.sale_words import LineContext, Word, words_in, words_of
from app.domain.tickets import is_ticket_code, ticket_code
from app.domain.values import Money
from app.domain.vouchers import read_voucher_code

TITLE_MARK, CUSTOMER_MARK = ">", "@"
LONGEST_LINE = 400
_MOST_BARE = 20  # seats, beside a basket that is due: more is a sum that is too small
_BOOKING = re.compile(r"[^\W_]{1,12}-\d{5,9}")
_SUM = re.compile(r"(?:0|[1-9]\d{0,6})(?:[.,]\d+)?")
_VOUCHER_LENGTH = 12
_DAYS = "today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday".split()
_SHORTEST_DAY, _SHORTEST_TITLE = 3, 3
_NEEDS_A_HOUSE = frozenset(
    ("unknown_word", "unknown_kind", "unknown_place", "unknown_seat", "no_seats")
)


def parse(text: str, context: LineContext) -> Parsed:
    """What a line asks for. Total: any text is one of `Parsed`."""
    said = text.strip()
    if not said:
        return Nothing()
    if len(text) > LONGEST_LINE:
        return LineProblem("too_long", said[:20], 0, len(text))
    return _marked(text, said) or _scanned(said, context) or _read(text, said, context)


def _read(text: str, said: str, context: LineContext) -> Parsed:
    words = words_in(text)
    if not words:
        return FindCustomer(said)
    try:
        if context.due is not None and _SUM.fullmatch(said):
            return _bare_sum(words[0], context, context.due)
        return SaleReader(words, context).read()
    except Misread as misread:
        return _otherwise(said, context, misread)


def _marked(text: str, said: str) -> Parsed | None:
    mark, rest = said[0], said[1:].strip()
    if mark not in {TITLE_MARK, CUSTOMER_MARK}:
        return None
    if not rest:
        at = text.index(mark)
        return LineProblem("missing", mark, at, at + 1)
    if mark == TITLE_MARK:
        return FindPerformance(rest, marked=True)
    return FindCustomer(rest, marked=True)


def _scanned(said: str, context: LineContext) -> Parsed | None:
    """What a scanner reads, or somebody from paper: a ticket's code, a booking's number, a voucher."""
    if is_ticket_code(said) and (" " not in said or any(c.isdigit() for c in said)):
        return ScanTicket(ticket_code(said))
    if _BOOKING.fullmatch(said) and context.seat(said) is None:
        return OpenBooking(said.upper())
    if context.due is not None and len(_joined(said)) == _VOUCHER_LENGTH:
        try:
            return SaleCommand(payments=(Paying(Tender.VOUCHER, None, read_voucher_code(said)),))
        except Invalid:
            return None
    return None


def _joined(said: str) -> str:
    return "".join(c for c in said if not c.isspace() and c != "-")


def _bare_sum(word: Word, context: LineContext, due: Money) -> SaleCommand:
    """A number beside a basket: what the customer hands over when it is enough, else more places."""
    money = money_of(word.text, due.currency)
    if isinstance(money, str):
        raise Misread(problem_at(word, money), surely=True)
    if money >= due:
        return SaleCommand(payments=(Paying(Tender.CASH, money),))
    if not word.text.isdecimal() or int(word.text) > _MOST_BARE:
        instead = (f"/ {Tender.CASH} {word.text}",)
        raise Misread(problem_at(word, "less_than_due", instead), surely=True)
    return SaleReader((word,), context).read()


def _otherwise(said: str, context: LineContext, misread: Misread) -> Parsed:
    """Text that is no sale: a title, else the problem when it began as a sale, else a customer."""
    if _is_title(said, context.titles):
        return FindPerformance(said)
    if not misread.surely:
        return FindCustomer(said)
    if not context.has_house and misread.problem.reason in _NEEDS_A_HOUSE:
        return replace(misread.problem, reason="no_performance", instead=())
    return misread.problem


def _is_title(said: str, titles: Sequence[str]) -> bool:
    """Whether every word but days and times begins a word of one title."""
    wanted = [word for word in words_of(said) if not _is_day(word)]
    if len("".join(wanted)) < _SHORTEST_TITLE:
        return False
    return any(
        all(any(had.startswith(word) for had in title) for word in wanted)
        for title in map(words_of, titles)
    )


def _is_day(word: str) -> bool:
    return len(word) >= _SHORTEST_DAY and any(day.startswith(word) for day in _DAYS)
