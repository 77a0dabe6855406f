"""What can be done on the screen of bookings."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.users import Permission
from ui.bookings.exchange_page import ExchangePage
from ui.bookings.page import DEPOSIT, EDIT, RECEIPT, RESEND
from ui.bookings.state import BOOKINGS, PICK_UPS, TICKETS
from ui.bookings.view import BookingsView
from ui.commands import Command, pressing


def _list(mode: str, title: str, icon: str, words: str = "") -> Command:
    def show(view: BookingsView) -> None:
        view.show_mode(mode)

    return Command(mode, title, icon, show, words=words)


def _asking(
    act: str, title: str, icon: str, words: str = "", keys: tuple[str, ...] = ()
) -> Command:
    def ask(view: BookingsView) -> None:
        view.page.asked.emit(act)

    def offered(view: BookingsView) -> bool:
        return view.offers(act)

    return Command(act, title, icon, ask, keys, enabled=offered, words=words)


def _exchanging(
    name: str, title: str, icon: str, key: str, act: Callable[[ExchangePage], object]
) -> Command:
    """Something on the exchange screen, while it is on show."""

    def run(view: BookingsView) -> None:
        if view.exchange is not None:
            act(view.exchange)

    def shown(view: BookingsView) -> bool:
        return view.exchanging

    return Command(name, title, icon, run, (key,), enabled=shown, permission=Permission.CANCEL)


def _out(page: ExchangePage) -> None:
    page.to_tickets()


def _seats(page: ExchangePage) -> None:
    page.to_seats()


def _taken(page: ExchangePage) -> None:
    page.to_taken()


def _best(page: ExchangePage) -> None:
    page.house.best.click()


def _same(page: ExchangePage) -> None:
    page.tickets.keep.click()


def _go(page: ExchangePage) -> None:
    page.money.go.click()


def _back(page: ExchangePage) -> None:
    page.leave()


COMMANDS = (
    Command(
        "find", "Search bookings, tickets or who comes", "search", BookingsView.to_search, ("F3",)
    ),
    _list(BOOKINGS, "List of bookings", "list"),
    _list(TICKETS, "List of tickets", "ticket"),
    _list(PICK_UPS, "Pick-up list", "users", "desk collect will call"),
    pressing(
        "tickets",
        "The tickets of the booking that is open",
        "ticket",
        lambda view: view.page.tickets,
        keys=("Ctrl+P",),
        words="print again pdf",
    ),
    pressing(
        "pay",
        "Take the money for the reservation",
        "banknote",
        lambda view: view.page.pay,
        keys=("Ctrl+T",),
        permission=Permission.SELL,
    ),
    pressing(
        "hand_out",
        "The tickets are handed out",
        "check",
        lambda view: view.page.hand_out,
        keys=("Ctrl+H",),
        permission=Permission.SELL,
    ),
    pressing(
        "cancel",
        "Cancel tickets of the booking",
        "x",
        lambda view: view.page.cancel,
        keys=("Ctrl+D",),
        permission=Permission.CANCEL,
        words="return remove",
    ),
    pressing(
        "refund",
        "Give back what waits for it",
        "undo",
        lambda view: view.page.refund,
        keys=("Ctrl+M",),
        permission=Permission.REFUND,
        words="money",
    ),
    pressing(
        "undo",
        "Undo this sale, whole",
        "undo",
        lambda view: view.page.undo,
        keys=("Ctrl+Z",),
        permission=Permission.REFUND,
        words="void whoops",
    ),
    pressing(
        "exchange",
        "Exchange tickets, move seats, or add some",
        "refresh",
        lambda view: view.page.exchange,
        keys=("Ctrl+U",),
        permission=Permission.CANCEL,
        words="upgrade swap another performance price type",
    ),
    _exchanging("exchange_tickets", "In an exchange: the tickets that go", "ticket", "Alt+1", _out),
    _exchanging("exchange_seats", "In an exchange: the seats", "map", "F4", _seats),
    _exchanging("exchange_taken", "In an exchange: what is taken instead", "tag", "Alt+2", _taken),
    _exchanging("exchange_best", "In an exchange: the best seats", "sparkle", "F6", _best),
    _exchanging("exchange_same", "In an exchange: the same seats", "undo", "Alt+S", _same),
    _exchanging("exchange_go", "Make the exchange", "check", "Ctrl+Return", _go),
    _exchanging("exchange_back", "Back from an exchange", "arrow-left", "Esc", _back),
    _asking(EDIT, "Name, customer, notes and who comes", "pencil", "rename group", ("F2",)),
    _asking(RECEIPT, "The receipt of the booking", "receipt", "print slip", ("Ctrl+R",)),
    _asking(DEPOSIT, "Take a deposit on the reservation", "banknote"),
    _asking(RESEND, "Send the confirmation again", "mail", "e-mail"),
    pressing(
        "check_in",
        "Check the open ticket in",
        "check",
        lambda view: view.ticket_page.check_in,
        keys=("Ctrl+I",),
        permission=Permission.CHECK_IN,
    ),
    Command(
        "print_list",
        "Print the pick-up list",
        "printer",
        lambda view: view.pick_ups.print_list(),
        enabled=lambda view: view.pick_ups.isVisible(),
    ),
)
