"""The words for every refusal: what happened, and what to do about it, in one sentence.

Screens and the command line both print these, so nothing here needs a screen. A house test fails
on an error class without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain import errors
from ui.i18n import listed, moment, money, number, plural, tr
from ui.keeping_words import keeping_words
from ui.outage_words import outage_words
from ui.undo_words import undo_words


class Level(StrEnum):
    """How loudly a notice speaks; each has its own sign, never only its own colour."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


_ACCOUNTS: dict[type[errors.AccountRefused], str] = {
    errors.WrongCredentials: "This e-mail and password do not belong together. Check both, then try"
    " again.",
    errors.NotSignedIn: "You are not signed in, or not any more. Sign in again.",
    errors.WrongCode: "This e-mail and code do not belong together, or the code has expired. Check both,"
    " or ask an administrator for a new code.",
    errors.LastAdmin: "This is the only administrator left. Give somebody else that role first.",
    errors.HouseIsOpen: "This house has been set up already. Sign in instead.",
}

_CLOSED = {
    "not_yet": "Sales for this performance have not begun. They open on {at}.",
    "over": "Sales for this performance ended on {at}. Ask a manager to reopen them.",
    "cancelled": "This performance is cancelled. Choose another one.",
    "draft": "This performance is still a draft. Publish it before selling.",
}
_CLOSED_ANY_TIME = {
    "not_yet": "Sales for this performance have not begun. Set the start of sales in Events.",
    "over": "Sales for this performance are over. Choose another one.",
}

_PERMISSIONS = {
    "see_programme": "see the programme",
    "sell": "sell tickets",
    "see_bookings": "look at bookings",
    "edit_venues": "change venues and seating plans",
    "administer": "change settings and users",
    "use_account": "use an account",
    "book_own": "book tickets",
    "cancel": "cancel tickets",
    "refund": "give money back",
    "run_shift": "open and close a shift",
    "see_payments": "look at payments",
    "see_customers": "look at customers",
    "edit_customers": "change customers",
    "check_in": "check tickets in",
    "edit_events": "change this event",
    "edit_discounts": "change this discount",
    "cancel_performances": "cancel performances",
    "message_holders": "write to the holders of tickets",
    "manage_notifications": "look after notifications",
    "see_figures": "look at these figures",
    "see_reports": "pull reports",
}

_BOOKING_STATES = {
    "reserved": "Booking {number} is a reservation that is not paid yet. Take the money first.",
    "paid": "Booking {number} is paid already. Look at its page.",
    "cancelled": "Booking {number} is cancelled. Sell again if it was a mistake.",
}
_TICKET_STATES = {
    "reserved": "The ticket for {seat} is reserved and not paid yet. Take the money first.",
    "valid": "The ticket for {seat} is valid. Cancel it first.",
    "cancelled": "The ticket for {seat} is cancelled already.",
    "admitted": "The ticket for {seat} let somebody in already, so it stays as it is.",
}

_VOUCHER = {
    "unknown": "There is no gift voucher {code}. Check the code, then try again.",
    "expired": "The gift voucher {code} has expired. Take another tender.",
    "void": "The gift voucher {code} was given back and is void. Take another tender.",
    "empty": "Nothing is left on the gift voucher {code}. Take another tender.",
    "not_enough": "Only {balance} is left on the gift voucher {code}. Take that much with it.",
    "currency": "The gift voucher {code} is in another currency. Take another tender.",
    "spent": "Only {balance} is left on the gift voucher {code}, so its purchase stands.",
}
_MEMBERS = {
    "no_customer": "The price type {price_type} is for {membership} only. Choose the customer first.",
    "not_a_member": "The price type {price_type} is for {membership} only, which this customer is not"
    " now. Choose another one, or sell the membership with it.",
    "used_up": "Of the price type {price_type} {membership} gives {most} for one performance. Choose"
    " another one for the rest.",
}

_THINGS = {
    "entry": "entry",
    "hold": "hold",
    "booking": "booking",
    "card_attempt": "card payment",
    "column": "column",
    "customer": "customer",
    "discount": "discount",
    "idempotency_key": "booking",
    "drawer": "drawer",
    "event": "event",
    "notification": "notification",
    "performance": "performance",
    "plan": "seating plan",
    "price_type": "price type",
    "product": "product",
    "report": "report",
    "request": "request",
    "seat": "seat",
    "seating_plan": "seating plan",
    "settings": "house",
    "shift": "shift",
    "station": "station",
    "ticket": "ticket",
    "user": "user",
    "venue": "venue",
    "voucher": "gift voucher",
    "member": "membership",
    "membership": "membership",
    "zone": "price zone",
}

_FIELDS = {
    "missing": "Please fill this in.",
    "not_a_number": "Type an amount such as 50 or 50.50.",
    "too_precise": "That is more decimals than the currency has.",
    "not_a_connection": "Paste the whole line, from postgresql:// to its end.",
    "not_a_station_code": "Type up to 20 letters and figures, such as T1 or OFFICE-2.",
    "analyst_is_alone": "An analyst only reads. Choose it alone, or without it.",
    "not_an_email": "Type an address such as name@example.org.",
    "taken": "This is in use already. Choose another one.",
    "too_short": "This is too short.",
    "too_long": "This is too long.",
    "not_storable": "This has signs or numbers that cannot be kept. Type something else.",
    "too_small": "This is too little.",
    "too_large": "This is too much.",
    "not_positive": "Type a number above zero.",
    "not_whole": "Type a whole number such as 24.",
    "not_a_group": "Type how many for the price of how many, such as 4 for 3.",
    "unknown_seats": "This performance has no such seat. Type labels as the map shows them: A-1 A-2.",
    "not_reserved": "This cannot be reserved. Sell it by itself.",
    "several_bookings": "Choose tickets of one booking.",
    "too_many_names": "These are more names than there are tickets.",
    "negative": "Type zero or more.",
    "in_the_past": "Choose a time that is still to come.",
    "before_start": "Choose a time after the start.",
    "not_a_date": "Type a date such as 27.11.2026.",
    "not_a_time": "Type a time such as 20:00.",
    "does_not_exist": "The clocks go forward and skip this time. Choose another one.",
    "exists_twice": "The clocks go back and pass this time twice. Choose another one.",
    "unknown": "There is no such thing. Choose one from the list.",
    "what_to_sell": "Name a performance, and seats, a number of best seats or a quantity.",
    "no_general_admission": "This performance has numbered seats only. Name seats instead.",
    "mistyped": "A letter of this code is wrong. Read it again.",
    "mismatch": "The two do not match. Type them again.",
    "not_a_phone": "Type a number such as +49 30 123456.",
    "too_short_password": "Use ten characters or more. A few words are easiest to remember.",
    "same_as_email": "Choose a password that is not your e-mail address.",
    "wrong_password": "This is not your password. Type the one you sign in with.",
    "has_account": "There is an account with this address. Sign in, or ask the box office for a code.",
    "unknown_zone": "Choose a time zone from the list.",
    "unknown_currency": "Choose a currency from the list.",
    "unknown_field": "Choose name, first_name, last_name, email, phone or notes.",
    "duplicate": "An earlier row says the same.",
    "staff": "This address belongs to somebody who works here.",
    "less_than_used": "More tickets than that were sold with it already.",
    "before_first": "The last day must not lie before the first.",
    "no_performance": "The rule makes no performance at all. Look over its days.",
    "not_a_picture": "Choose a picture: PNG, JPEG or SVG.",
    "picture_too_large": "Choose a picture of at most 2 MB.",
    "active_picture": "This drawing runs or fetches something. Save it as PNG and try again.",
    "not_a_percentage": "Type a percentage from 0 to 100, such as 7 or 19.5.",
    "after_start": "Choose a time before the start.",
    "other_currency": "This venue takes another currency. Make a new performance there.",
    "one_currency": "One sale takes one currency. Sell this by itself.",
    "not_sold": "This is not sold any more. Take it out.",
    "too_many": "This is too many at once.",
    "several": "There are several on sale. Name one of them.",
    "none_on_sale": "Nothing of it is on sale now.",
    "not_alone": "This is changed by itself. Send it alone.",
    "one_way": "Choose one way to say this.",
    "wrong_kind": "This is of the wrong kind.",
    "not_known": "Nothing of this name belongs here.",
    "not_readable": "This cannot be read.",
    "other_plan": "These performances have other zones. Set their prices one by one.",
}

_NAMES = {
    "host": "Server",
    "port": "Port",
    "security": "Protection",
    "sender_name": "Sender",
    "sender_address": "Sender's address",
    "remind_hours": "Hours before",
    "subject": "Subject",
    "text": "Message",
    "amount": "Amount",
    "capacity": "Capacity",
    "currency": "Currency",
    "doors": "Doors",
    "email": "E-mail",
    "goods": "Goods",
    "months": "Months",
    "per_performance": "Tickets a performance",
    "entry": "Entry",
    "ends_at": "End",
    "house": "House",
    "language": "Language",
    "name": "Name",
    "old_password": "Password until now",
    "password": "Password",
    "phone": "Phone",
    "pin": "PIN",
    "price": "Price",
    "price_type": "Price type",
    "quantity": "Quantity",
    "starts_at": "Start",
    "time_zone": "Time zone",
    "title": "Title",
    "venue": "Venue",
    "zone": "Price zone",
}

_SHEET = {
    "empty": "The file {path} is empty. Choose another file.",
    "no_rows": "The file {path} has a header and nothing below it. Choose another file.",
    "too_large": "The file {path} is larger than 100 MB. Split it, then import the parts.",
    "too_many": "The file {path} has more than 500,000 rows. Split it, then import the parts.",
    "not_a_table": "The file {path} is no table from line {line} on. Save it as CSV, then try again.",
    "no_name": "No column of {path} is used as the name. Say which one holds it.",
}

_PLAN = {
    "bad_encoding": "this is not UTF-8 text ({found})",
    "not_json": "this is not JSON ({found})",
    "too_large": "the file is too large ({found})",
    "too_deep": "things are nested too deeply",
    "not_an_object": "an object in braces belongs here, not {found}",
    "wrong_type": "this is of the wrong kind ({found})",
    "missing": "this is missing",
    "too_long": "this is too long ({found})",
    "not_a_number": "a number belongs here, not {found}",
    "out_of_range": "this number is out of range ({found})",
    "unknown_category": "no category is called {found}",
    "unknown_shape": "this shape is not known ({found})",
    "same_place": "another seat stands here already ({found})",
    "too_many_seats": "there are too many seats ({found})",
    "no_seats": "there are no seats in it",
}


def words(error: errors.HouselightsError) -> str:
    """What happened and the remedy; TypeError for a class nobody has written words for."""
    match error:
        case errors.Invalid(problems):
            return _invalid(problems)
        case errors.Rejected():
            return _rejected(error)
        case errors.Denied(permission):
            return _denied(permission)
        case errors.Conflict(what):
            thing = _thing(what)
            return tr(
                "Somebody else changed this {thing} just now. Look again, then retry.", thing=thing
            )
        case errors.NotFound(what, key):
            return _not_found(what, key)
        case errors.Unavailable():
            return outage_words(error)
        case _:
            raise TypeError(f"no words for {type(error).__name__}")


def field_words(problems: Mapping[str, str]) -> dict[str, str]:
    """For each field of an Invalid the sentence that stands beside it."""
    return {field: tr(_FIELDS.get(key, "This does not fit.")) for field, key in problems.items()}


def level(error: errors.HouselightsError) -> Level:
    """WARN when the operator can choose otherwise, BAD when something outside has to be mended."""
    broken = isinstance(error, errors.Unavailable | errors.JournalBroken | errors.HouseOutOfOrder)
    return Level.BAD if broken else Level.WARN


def _invalid(problems: Mapping[str, str]) -> str:
    parts = [f"{_name(field)}: {sentence}" for field, sentence in field_words(problems).items()]
    return " ".join(parts) or tr("Something in the form does not fit. Look it over and try again.")


def _rejected(error: errors.Rejected) -> str:
    match error:
        case errors.SeatTaken(seats):
            return _seats(
                seats,
                one="{seats} has just gone to somebody else. Choose another seat.",
                many="{seats} have just gone to somebody else. Choose other seats.",
            )
        case errors.UnknownSeat(seats):
            return _seats(
                seats,
                one="There is no seat {seats} in this house. Check the row and number.",
                many="There are no seats {seats} in this house. Check the rows and numbers.",
            )
        case errors.NotEnoughSeats(asked, free):
            return _not_enough_seats(asked, free)
        case errors.SaleClosed():
            return _closed(error)
        case errors.NoPrice(price_type, zone):
            return tr(
                "There is no {type} price in {zone}. Choose another price type or set the price"
                " in Events.",
                type=price_type,
                zone=zone,
            )
        case _:
            return _rejected_otherwise(error)


def _rejected_otherwise(error: errors.Rejected) -> str:
    match error:
        case errors.BookingState(number_, status):
            return tr(_BOOKING_STATES.get(status, _BOOKING_STATES["paid"]), number=number_)
        case errors.TicketState(seat, status):
            return tr(_TICKET_STATES.get(status, _TICKET_STATES["valid"]), seat=seat)
        case errors.VoidRefused() | errors.OwnCancelRefused():
            return undo_words(error)
        case errors.OtherCurrency(currency, theirs):
            return tr(
                "This booking is in {currency}, the new tickets are in {theirs}. Sell them by themselves,"
                " and cancel these.",
                currency=currency,
                theirs=theirs,
            )
        case errors.AccountRefused():
            return _account(error)
        case _:
            return _money(error)


def _shared(error: errors.Rejected) -> str:
    match error:
        case errors.OtherStation(asked, enrolled):
            text = (
                "This login belongs to the station {enrolled} and cannot work as {asked}. Start without"
                " --station, or enrol {asked}."
            )
            return tr(text, enrolled=enrolled, asked=asked)
        case errors.LoginMayNot():
            return tr(
                "This station's login may not do that. Enrol the station with the right organizer, or"
                " ask whoever set the shared house up."
            )
        case errors.NotInitialised():
            return tr(
                "This shared house is not ready for stations yet. Run houselights shared init first."
            )
        case _:
            return tr(
                "This house is a file on this computer, so no stations are enrolled in it. Open the"
                " shared house first."
            )


def _money(error: errors.Rejected) -> str:
    match error:
        case errors.NotEnoughMoney(due, given):
            text = "{given} is less than the {due} due. Take {rest} more."
            return tr(text, given=money(given), due=money(due), rest=money(due - given))
        case errors.TooMuchMoney(_, left, given):
            text = "{given} is more than the {left} still to pay. Only cash gives change."
            return tr(text, given=money(given), left=money(left))
        case errors.TooMuchRefund(asked, held):
            text = "{asked} cannot go back: {held} is held. Choose a smaller amount."
            return tr(text, asked=money(asked), held=money(held))
        case errors.NothingToRefund():
            return tr("There is nothing to give back. Choose tickets that were paid.")
        case errors.EmptyBasket():
            return tr("The basket is empty. Choose at least one seat first.")
        case _:
            return _till(error)


def _till(error: errors.Rejected) -> str:
    match error:
        case errors.CardNotApproved():
            return tr(
                "This card payment cannot be used: it was not approved, or paid for something"
                " already. Look at Payments, Cards, then take the money again."
            )
        case errors.VoucherUnusable(code, reason, balance):
            text = _VOUCHER.get(reason, _VOUCHER["unknown"])
            return tr(text, code=code, balance=money(balance) if balance else "")
        case errors.NeedsMembership(price_type, membership, reason, most):
            text = _MEMBERS.get(reason, _MEMBERS["not_a_member"])
            return tr(text, price_type=price_type, membership=membership, most=number(most or 0))
        case errors.ShiftIsOpen(shift_no):
            text = "Shift {number} is open at this station already. Close it first."
            return tr(text, number=number(shift_no))
        case errors.NoShift():
            return tr("No shift is open at this station. Open one with its float first.")
        case _:
            return _where_it_is(error)


def _where_it_is(error: errors.Rejected) -> str:
    match error:
        case errors.CopyRefused():
            return keeping_words(error)
        case (
            errors.NotShared()
            | errors.NotInitialised()
            | errors.LoginMayNot()
            | errors.OtherStation()
        ):
            return _shared(error)
        case _:
            return _out_of_order(error)


def _from_a_file(error: errors.Stopped | errors.PlanRefused | errors.SheetRefused) -> str:
    match error:
        case errors.Stopped():
            return tr("Stopped, and nothing was written. Start again whenever you like.")
        case errors.PlanRefused(place, problem, found):
            return _plan(place, problem, found)
        case errors.SheetRefused(path, problem, line):
            return tr(_SHEET.get(problem, _SHEET["not_a_table"]), path=path, line=number(line))


def _out_of_order(error: errors.Rejected) -> str:
    match error:
        case errors.Stopped() | errors.PlanRefused() | errors.SheetRefused():
            return _from_a_file(error)
        case errors.RequestInHand() | errors.TooOften() | errors.TooManyReserved():
            return _too_much(error)
        case errors.NotEmpty():
            return tr("This database is in use already. Give the demo a new one with --database.")
        case (
            errors.StillSold()
            | errors.StillUsed()
            | errors.StillToCome()
            | errors.AlreadyCancelled()
        ):
            return _in_the_way(error)
        case errors.JournalBroken(station, seq, _):
            text = (
                "The journal of station {station} does not hold from line {seq} on. Stop selling"
                " there, keep the file and tell whoever looks after the accounts."
            )
            return tr(text, station=station, seq=seq)
        case errors.HouseOutOfOrder(failures):
            text = (
                "Seats, tickets and money do not agree ({found}). Stop selling, make a back-up"
                " and tell whoever looks after the accounts."
            )
            named = (f"{check.replace('_', ' ')}: {number(n)}" for check, n in failures.items())
            return tr(text, found=", ".join(named))
        case _:
            raise TypeError(f"no words for {type(error).__name__}")


def _too_much(
    error: errors.RequestInHand | errors.TooOften | errors.TooManyReserved,
) -> str:
    match error:
        case errors.RequestInHand():
            return tr("This request is being done just now. Ask again in a moment.")
        case errors.TooOften(seconds):
            return plural(
                "This was tried too often. Try again in {count} second.",
                "This was tried too often. Try again in {count} seconds.",
                seconds,
            )
        case errors.TooManyReserved(most):
            text = "You may keep {most} unpaid places at once. Pay for some of them first."
            return tr(text, most=number(most))


def _in_the_way(error: errors.Rejected) -> str:
    match error:
        case errors.StillSold(what, tickets, claims):
            return _still_sold(_thing(what), tickets, claims)
        case errors.StillUsed(what, name, uses):
            return plural(
                "The {thing} {name} is still used {count} time. Choose another one there first.",
                "The {thing} {name} is still used {count} times. Choose another one there first.",
                uses,
                thing=_thing(what),
                name=name,
            )
        case errors.StillToCome(performances):
            return plural(
                "There is {count} performance still to come. Cancel or delete it first.",
                "There are {count} performances still to come. Cancel or delete them first.",
                performances,
            )
        case errors.AlreadyCancelled(what):
            return tr("This {thing} is cancelled and stays so. Make a new one.", thing=_thing(what))
        case _:
            raise TypeError(f"no words for {type(error).__name__}")


def _still_sold(thing: str, tickets: int, claims: int) -> str:
    if tickets:
        return plural(
            "{count} ticket of this {thing} was sold already. Cancel it instead.",
            "{count} tickets of this {thing} were sold already. Cancel it instead.",
            tickets,
            thing=thing,
        )
    return plural(
        "{count} place of this {thing} is held or blocked just now. Free it first.",
        "{count} places of this {thing} are held or blocked just now. Free them first.",
        claims,
        thing=thing,
    )


def _account(error: errors.AccountRefused) -> str:
    match error:
        case errors.LockedOut(until):
            text = "Too many wrong passwords. Try again after {until}, or ask an administrator."
            return tr(text, until=moment(until))
        case _:
            return tr(_ACCOUNTS[type(error)])


def _seats(seats: tuple[str, ...], *, one: str, many: str) -> str:
    return tr(one if len(seats) == 1 else many, seats=listed(seats))


def _not_enough_seats(asked: int, free: int) -> str:
    if free == 0:
        return tr("Nothing is free there any more. Choose another zone or performance.")
    return plural(
        "You asked for {asked} but only {count} place is free there. Ask for fewer or look"
        " elsewhere.",
        "You asked for {asked} but only {count} places are free there. Ask for fewer or look"
        " elsewhere.",
        free,
        asked=number(asked),
    )


def _closed(error: errors.SaleClosed) -> str:
    if error.at is None and error.reason in _CLOSED_ANY_TIME:
        return tr(_CLOSED_ANY_TIME[error.reason])
    text = _CLOSED.get(error.reason, "This performance is not on sale. Choose another one.")
    return tr(text, at=moment(error.at) if error.at else "")


def _denied(permission: str) -> str:
    doing = _PERMISSIONS.get(permission)
    if doing is None:
        return tr("You may not do that. Ask a supervisor.")
    return tr("You may not {doing}. Ask a supervisor.", doing=tr(doing))


def _not_found(what: str, key: str) -> str:
    thing = _thing(what)
    if not key:
        return tr("There is no such {thing} any more. Look again.", thing=thing)
    return tr(
        "There is no {thing} {key}. It may have been removed; look again.", thing=thing, key=key
    )


def _plan(place: str, problem: str, found: str) -> str:
    text = _PLAN.get(problem, "this is not what a seating plan has here ({found})")
    reason = tr(text, found=found).replace(" ()", "")
    if not place:
        return tr("The plan was not read: {reason}. Mend the file, then try again.", reason=reason)
    return tr(
        "The plan was not read, at {place}: {reason}. Mend the file, then try again.",
        place=place,
        reason=reason,
    )


def _thing(what: str) -> str:
    return tr(_THINGS.get(what, what.replace("_", " ")))


def _name(field: str) -> str:
    return tr(_NAMES.get(field, field.replace("_", " ").capitalize()))
