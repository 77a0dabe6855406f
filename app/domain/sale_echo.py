"""A sale line said back: as data for the screen's words, and written out as it would be typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.events import PriceType
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
    Wish,
)
from app.domain.sale_payment import RESERVE
from app.domain.sale_words import (
    Keyword,
    LineContext,
    Named,
    PlaceKind,
    Word,
    is_plain,
    keyword_of,
    quoted,
    words_of,
)
from app.domain.values import Money, exponent
from app.domain.vouchers import shown_code

_BARE = re.compile(r"[^\s/\",;]+")


_SHORT_RUN = 2


class What(StrEnum):
    """One thing that will happen."""

    KIND = "kind"  # count, names[0]
    USUAL_KIND = "usual_kind"  # count
    SEATS = "seats"  # names
    BEST = "best"  # names of the zones and sections
    BLOCK = "block"
    NEAR = "near"  # text
    LIMIT = "limit"  # money
    WHEELCHAIR = "wheelchair"  # count, companions
    AREA = "area"  # names[0]
    DISCOUNT = "discount"  # text
    PAY = "pay"  # text is the tender, money None for all that is left
    RESERVE = "reserve"  # at
    CUSTOMER = "customer"  # text
    PERFORMANCE = "performance"  # text
    BOOKING = "booking"  # text
    TICKET = "ticket"  # text


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that Enter will do, with what it takes to say so."""

    what: What
    count: int = 0
    names: tuple[str, ...] = ()
    text: str = ""
    money: Money | None = None
    at: datetime | None = None
    companions: int = 0


def explain(parsed: Parsed, context: LineContext) -> tuple[Said, ...]:
    """What Enter will do, in the order in which it will happen; () for nothing and for a problem."""
    match parsed:
        case SaleCommand():
            return tuple(_of_sale(parsed, context))
        case FindCustomer(text):
            return (Said(What.CUSTOMER, text=text),)
        case FindPerformance(text):
            return (Said(What.PERFORMANCE, text=text),)
        case OpenBooking(number):
            return (Said(What.BOOKING, text=number),)
        case ScanTicket(code):
            return (Said(What.TICKET, text=code),)
        case Nothing() | LineProblem():
            return ()


def _of_sale(command: SaleCommand, context: LineContext) -> Iterable[Said]:
    names = {kind.id: kind.name for kind in context.kinds}
    usual = command.count
    for kind_id, count in command.kinds:
        usual -= count
        yield Said(What.KIND, count=count, names=(names.get(kind_id, ""),))
    if usual:
        yield Said(What.USUAL_KIND, count=usual)
    if command.count:
        yield from _where(command, context)
    if command.discount:
        yield Said(What.DISCOUNT, text=command.discount)
    for paying in command.payments:
        yield Said(What.PAY, text=paying.tender, money=paying.amount)
    if command.reserve is not None:
        yield Said(What.RESERVE, at=command.reserve.until)


def _where(command: SaleCommand, context: LineContext) -> Iterable[Said]:
    wish = command.wish
    if command.seats:
        yield Said(What.SEATS, names=command.seats)
        return
    if command.area is not None:
        yield Said(What.AREA, names=tuple(place.name for place in _places(command, context)))
        return
    if wish.wheelchairs:
        yield Said(What.WHEELCHAIR, count=wish.wheelchairs, companions=wish.companions)
    yield Said(What.BEST, names=tuple(place.name for place in _places(command, context)))
    if wish.block:
        yield Said(What.BLOCK)
    if wish.near:
        yield Said(What.NEAR, text=wish.near)
    if wish.limit is not None:
        yield Said(What.LIMIT, money=wish.limit)


def _places(command: SaleCommand, context: LineContext) -> list[Named]:
    wish = command.wish
    wanted = {
        *((PlaceKind.ZONE, no) for no in wish.zones),
        *((PlaceKind.SECTION, no) for no in wish.sections),
        *((PlaceKind.AREA, no) for no in (command.area,) if no is not None),
    }
    return [place for place in context.places if (place.kind, place.no) in wanted]


# -- as it would be typed ----------------------------------------------------------------------------


def written(parsed: Parsed, context: LineContext) -> str:
    """The line that means this; `parse` of it in the same context is `parsed` again. "" for nothing and
    for a problem."""
    match parsed:
        case SaleCommand():
            return _sale(parsed, context)
        case FindCustomer(text, marked):
            return f"@{text}" if marked else text
        case FindPerformance(text, marked):
            return f">{text}" if marked else text
        case OpenBooking(number):
            return number
        case ScanTicket(code):
            return code
        case Nothing() | LineProblem():
            return ""


def _sale(command: SaleCommand, context: LineContext) -> str:
    words = [*_counts(command, context), *_whereabouts(command, context)]
    if command.discount:
        words += [Keyword.CODE, _argument(command.discount)]
    for paying in command.payments:
        words += _payment(paying)
    if command.reserve is not None:
        until = command.reserve.until
        words += ["/", RESERVE, f"{until:%Y-%m-%d %H:%M}" if until else ""]
    return " ".join(word for word in words if word)


def _counts(command: SaleCommand, context: LineContext) -> Iterable[str]:
    wish = command.wish
    wheels = wish.wheelchairs + wish.companions
    named = sum(count for _, count in command.kinds)
    if command.count > max(named, wheels) and not command.seats:
        yield str(command.count)
        yield Keyword.BEST if command.area is None else ""
    kinds = {kind.id: kind for kind in context.kinds}
    for kind_id, count in command.kinds:
        yield kind_words(count, kinds[kind_id], context)
    if wish.wheelchairs:
        yield f"{wish.wheelchairs}w" + (f"+{wish.companions}" if wish.companions else "")


def kind_words(count: int, kind: PriceType, context: LineContext) -> str:
    """A number of tickets of one price type as they are typed fastest: "2a", "1conc"."""
    for name in (kind.short, kind.name):
        for length in range(1, len(name) + 1):
            begun = name[:length].casefold()
            if not begun.isalpha():
                break
            if begun != "w" and not begun.startswith("x") and context.kinds_like(begun) == (kind,):
                return f"{count}{begun}"
    return f"{count} {quoted(kind.name)}"


def _whereabouts(command: SaleCommand, context: LineContext) -> Iterable[str]:
    yield from _runs(command.seats, context)
    places = _places(command, context)
    for place in places:
        yield place_words(place, context) if len(places) == 1 else place_in_quotes(place)
    wish: Wish = command.wish
    if wish.block:
        yield Keyword.BLOCK
    if wish.near:
        yield f"{Keyword.NEAR} {_argument(wish.near)}"
    if wish.limit is not None:
        yield f"{Keyword.UNDER} {decimal_words(wish.limit)}"


def _runs(labels: Sequence[str], context: LineContext) -> Iterable[str]:
    """The seats, those beside each other from the first to the last."""
    begin = 0
    while begin < len(labels):
        end = begin + 1
        while end < len(labels) and _is_row(labels[begin : end + 1], context):
            end += 1
        if end - begin > _SHORT_RUN:
            yield f"{seat_words(labels[begin], context)} to {_argument(labels[end - 1])}"
        else:
            yield from (seat_words(label, context) for label in labels[begin:end])
        begin = end


def _is_row(labels: Sequence[str], context: LineContext) -> bool:
    return context.row(labels[0], labels[-1]) == tuple(labels)


def seat_words(label: str, context: LineContext) -> str:
    """A seat as it is typed; behind the word `seat` where it could be read as something else."""
    said = label if "-" in label else ""
    if _BARE.fullmatch(said) and any(c.isdigit() for c in said) and context.seat(said) == label:
        return label
    return f"{Keyword.SEAT} {quoted(label)}"


def place_words(place: Named, context: LineContext) -> str:
    """A zone, section or area as it is typed fastest: by one word of its name, by all of them, or in
    quotes behind `in`."""
    words = words_of(place.name)
    for word in words:
        known = context.kinds_like(word) or context.seat(word) is not None
        if is_plain(word) and not known and context.places_like(word) == (place,):
            return word
    whole = " ".join(words)
    if all(is_plain(word) for word in words) and context.places_called(whole) == (place,):
        return whole
    return place_in_quotes(place)


def place_in_quotes(place: Named) -> str:
    """A zone, section or area as it is read whatever stands around it."""
    return f"{Keyword.IN} {quoted(place.name)}"


def decimal_words(money: Money) -> str:
    """A sum as it is typed, without its currency: "50", "49.90"."""
    digits = exponent(money.currency)
    whole, rest = divmod(money.minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if rest else str(whole)


def _payment(paying: Paying) -> Iterable[str]:
    yield "/"
    yield paying.tender
    if paying.reference:
        is_code = paying.tender == "voucher"
        yield shown_code(paying.reference) if is_code else _argument(paying.reference)
    if paying.amount is not None:
        yield decimal_words(paying.amount)


def _argument(text: str) -> str:
    alone = _BARE.fullmatch(text) and keyword_of(Word(text, 0, 0)) is None
    return text if alone else quoted(text)
