"""What the counter can do, with its keys; see `ui.commands`."""

from __future__ import annotations

from functools import partial

from app.domain.users import Permission
from ui.box_office.view import BoxOfficeView
from ui.commands import Command

_STAFF = Permission.SELL
_TURN_TITLES = (
    "First price type for the line in turn",
    "Second price type for the line in turn",
    "Third price type for the line in turn",
    "Fourth price type for the line in turn",
    "Fifth price type for the line in turn",
    "Sixth price type for the line in turn",
    "Seventh price type for the line in turn",
    "Eighth price type for the line in turn",
    "Ninth price type for the line in turn",
)


def _filled(view: BoxOfficeView) -> bool:
    return view.counter.state.filled


def _seated(view: BoxOfficeView) -> bool:
    stage = view.counter.state.stage
    return stage is not None and stage.line.seated


def _sold(view: BoxOfficeView) -> bool:
    return view.counter.state.sold is not None


def _may_undo(view: BoxOfficeView) -> bool:
    return view.counter.last_sale.may


def _turn(number: int, view: BoxOfficeView) -> None:
    view.counter.basket.set_next(number)


COMMANDS: tuple[Command, ...] = (
    Command(
        "customer",
        "Whom the sale is for",
        "user",
        BoxOfficeView.ask_customer,
        ("F2",),
        permission=_STAFF,
    ),
    Command("search", "Search the programme", "search", BoxOfficeView.to_search, ("F3",)),
    Command("seats", "Go to the seats", "map", BoxOfficeView.to_map, ("F4",)),
    Command(
        "line",
        "Go to the sale line",
        "keyboard",
        BoxOfficeView.to_line,
        ("Ctrl+L",),
        permission=_STAFF,
        words="type command",
    ),
    Command(
        "best",
        "Best seats, then other ones",
        "sparkle",
        BoxOfficeView.ask_best,
        ("F6",),
        enabled=_seated,
    ),
    Command("cash", "Cash", "banknote", BoxOfficeView.to_cash, ("F9",), permission=_STAFF),
    Command("card", "Card, by the terminal", "credit-card", BoxOfficeView.to_card, ("F10",)),
    Command(
        "slip",
        "Card elsewhere, by slip",
        "receipt",
        BoxOfficeView.to_slip,
        ("F7",),
        permission=_STAFF,
    ),
    Command("voucher", "Gift voucher", "tag", BoxOfficeView.to_voucher, ("F5",), words="redeem"),
    Command(
        "put-down",
        "Put a part of the payment down",
        "plus",
        BoxOfficeView.put_down,
        ("Ctrl+Return",),
        enabled=_filled,
        words="split",
    ),
    Command(
        "pay",
        "Take the money, next customer",
        "check",
        BoxOfficeView.main_action,
        ("F12",),
        words="sell finish",
    ),
    Command(
        "tickets",
        "The tickets of the last sale",
        "ticket",
        BoxOfficeView.last_tickets,
        ("F11",),
        enabled=_sold,
        words="print",
    ),
    Command(
        "receipt",
        "The receipt of the last sale",
        "receipt",
        BoxOfficeView.last_receipt,
        ("Shift+F11",),
        enabled=_sold,
        words="print slip",
    ),
    Command(
        "undo",
        "Undo the sale just made",
        "undo",
        BoxOfficeView.undo,
        ("Ctrl+Z",),
        enabled=_may_undo,
        permission=Permission.REFUND,
        words="void whoops mistake",
    ),
    Command(
        "goods",
        "Add products, gift vouchers, a code",
        "plus",
        BoxOfficeView.to_goods,
        ("Ctrl+G",),
    ),
    Command(
        "gift",
        "Sell a gift voucher",
        "banknote",
        BoxOfficeView.ask_gift,
        permission=_STAFF,
    ),
    Command("code", "Discount code", "tag", BoxOfficeView.ask_code, words="promo coupon"),
    Command(
        "reserve",
        "Reserve without payment",
        "clock",
        BoxOfficeView.ask_reservation,
        ("Ctrl+R",),
        enabled=_filled,
        permission=_STAFF,
    ),
    Command(
        "group",
        "Seats for a group",
        "users",
        BoxOfficeView.ask_group,
        ("Ctrl+Shift+R",),
        enabled=_seated,
        permission=_STAFF,
        words="block school party",
    ),
    Command(
        "park",
        "Put the basket aside, take one up",
        "pause",
        BoxOfficeView.park,
        ("Ctrl+D",),
        permission=_STAFF,
        words="parked resume hold",
    ),
    Command(
        "clear",
        "Empty the basket",
        "trash",
        BoxOfficeView.clear,
        ("Ctrl+Backspace",),
        enabled=_filled,
    ),
    Command(
        "list",
        "Seats as a list, or as a map",
        "list",
        BoxOfficeView.toggle_list,
        ("Ctrl+T",),
        enabled=_seated,
    ),
    Command(
        "colours",
        "Colours of the house: price, customer, booking, time, check-in",
        "eye",
        BoxOfficeView.next_colour,
        ("Ctrl+M",),
        enabled=_seated,
        permission=_STAFF,
    ),
    Command(
        "line-up",
        "The line before, in the basket",
        "chevron-up",
        BoxOfficeView.line_before,
        ("Alt+Up",),
        enabled=_filled,
        held=True,
    ),
    Command(
        "line-down",
        "The next line in the basket",
        "chevron-down",
        BoxOfficeView.line_after,
        ("Alt+Down",),
        enabled=_filled,
        held=True,
    ),
    Command(
        "line-drop",
        "Give back the line in turn",
        "x",
        BoxOfficeView.drop_line,
        ("Alt+Del",),
        enabled=_filled,
    ),
    *(
        Command(
            f"turn-{number}",
            title,
            "tag",
            partial(_turn, number),
            (f"Alt+{number}",),
            enabled=_filled,
            series="A price type for the line in turn, then the next line",
        )
        for number, title in enumerate(_TURN_TITLES, 1)
    ),
)
