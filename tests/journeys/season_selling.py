"""The season sells: the drawer is opened, two more tills sell, and the counter sells with every tender."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.domain.payments import Tender
from app.domain.tickets import BookingStatus
from tests.journeys.season_ledger import Ledger
from tests.journeys.season_window import Key, Theatre
from ui.box_office.customer_dialog import CustomerDialog
from ui.box_office.reserve_dialog import ReserveDialog
from ui.widgets.seat_map.states import SeatState
from ui.widgets.ticket_preview import TicketPreview

FLOAT = 20_000
MOVED, CALLED_OFF = 2, 4  # of the eight performances
ROOT = Path(__file__).parents[2]


def open_drawer(house: Theatre) -> None:
    """The shift begins with its float."""
    view = house.screen("payments")
    house.segment(view.section, "Drawer")
    house.picture("drawer-closed")
    page = view.shift_page
    house.click(page.card.open)
    house.write(page.dialog.amount, "200", key=None)
    house.click(page.dialog.act)
    assert page.card.title.text() == "Shift 1 is open"
    house.picture("drawer-open")


@contextmanager
def other_tills(house: Theatre, sales: int):
    """Two processes that make so many sales together while the window is open."""
    tills = _Tills(house, sales)
    try:
        yield tills
    finally:
        tills.end()


class _Tills:
    def __init__(self, house: Theatre, sales: int) -> None:
        self._house = house
        command = [sys.executable, "-m", "tests.journeys.season_till", house.url]
        shows = [row.performance.id for row in performances(house)]
        self._running = [
            subprocess.Popen(
                [*command, station, str(sales // 2), *shows[turn:], *shows[:turn]],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            )
            for turn, station in enumerate(("T1", "T2"))
        ]

    def wait(self) -> list[dict]:
        """Until both are done, the window alive all the time; what they say they did."""
        self._house.wait(lambda: all(till.poll() is not None for till in self._running))
        said = [till.communicate() for till in self._running]
        assert [till.returncode for till in self._running] == [0, 0], said
        return [json.loads(out) for out, _ in said]

    def end(self) -> None:
        for till in self._running:
            if till.poll() is None:
                till.kill()
                till.communicate()


def performances(house: Theatre):
    """The eight, by date."""
    return house.services.events.detail(house.event_id, by=house.by).performances


@dataclass(frozen=True)
class Sale:
    """So many seats of a zone of a performance, for a customer (part of a name), with these tenders."""

    performance: int
    zone: int
    seats: int
    customer: str
    pay: str
    student: bool = False


BY_HAND = (
    Sale(0, 1, 2, "ibsen", "cash 150"),
    Sale(CALLED_OFF, 2, 2, "zoe", "slip 0815"),
    Sale(CALLED_OFF, 1, 1, "taro", "card approve"),
    Sale(MOVED, 3, 2, "zoe", "card decline, cash"),
    Sale(MOVED, 1, 1, "ibsen", "card lose_answer"),
    Sale(CALLED_OFF, 1, 2, "ibsen", "voucher, cash"),
    Sale(1, 5, 4, "", "cash", student=True),
    Sale(CALLED_OFF, 4, 1, "", "cash 50"),
    Sale(MOVED, 2, 3, "guest 07", "cash 20, card approve", student=True),
    Sale(3, 1, 2, "guest 08", "cash 200"),
    Sale(6, 3, 1, "taro", "slip 4711"),
    Sale(7, 2, 2, "", "card answer_twice"),
)


def sell_by_hand(house: Theatre) -> list[str]:
    """A voucher, then the dozen above; the ids of the bookings made."""
    code = _sell_voucher(house)
    view = house.screen("box_office")
    made = []
    for number, sale in enumerate(BY_HAND):
        view.prints = number == 0
        _fill_basket(house, view, sale)
        house.picture(f"basket-{number}")
        for part in sale.pay.split(", "):
            _pay(house, view, part, code)
        booking = view.counter.state.sold
        assert booking is not None, (sale, house.shown(view.basket), view.house.notice.text())
        made.append(booking.id)
        house.picture(f"sold-{number}")
        if view.prints:
            house.press(Key.Key_Escape, on=house.dialog(TicketPreview))
            house.closed(TicketPreview)
            house.picture("sold")
        house.press(Key.Key_F12)
    return made


def _sell_voucher(house: Theatre) -> str:
    view = house.screen("payments")
    house.segment(view.section, "Vouchers")
    house.click(view.sell_voucher)
    dialog = view.vouchers_page.dialog
    house.bring_up(dialog)
    house.write(dialog.amount, "100", key=None)
    house.picture("voucher-sale", dialog)
    house.click(dialog.act)
    house.picture("voucher")
    paper = house.dialog(object)
    house.press(Key.Key_Escape, on=paper)
    house.bring_up(house.window)
    (voucher,) = view.gifts.state.vouchers
    return voucher.code


def _fill_basket(house: Theatre, view, sale: Sale) -> None:
    shown = view.list.list
    line = shown.model().index(2 * sale.performance + 1, 0)  # each below the heading of its day
    shown.scrollTo(line)
    house.click(shown.viewport(), shown.visualRect(line).center())
    if sale.customer:
        choose_customer(house, sale.customer)
    stage = view.counter.state.stage
    states = stage.states(view.counter.state.basket_id)
    for index in range(len(stage.plan)):  # from the edge on: the other tills begin with the best
        free = stage.plan.zone[index] == sale.zone and states[index] == SeatState.FREE
        if free and len(view.counter.state.rows) < sale.seats:
            house.click(view.house.map, view.house.map.seat_rect(index).center())
    assert len(view.counter.state.rows) == sale.seats
    if sale.student:
        kind = next(k for k in view.counter.state.price_types if k.name == "Student")
        view.counter.basket.set_all(kind.id)


def choose_customer(house: Theatre, words: str) -> None:
    """F2, some letters, Return."""
    house.press(Key.Key_F2)
    dialog = house.dialog(CustomerDialog)
    house.qtbot.keyClicks(dialog.field, words)
    house.press(Key.Key_Return, on=dialog.field)
    house.closed(CustomerDialog)


def _pay(house: Theatre, view, how: str, code: str) -> None:
    tender, _, detail = how.partition(" ")
    money = view.basket.money
    if tender == "cash":
        _pay_cash(house, view, detail)
    elif tender == "card":
        house.terminal_does(detail)
        house.click(money.tenders[Tender.CARD])
        house.click(money.pay)
        if detail == "decline":
            house.picture("card-declined")
            house.click(money.terminal.stop)
        elif detail == "lose_answer":
            house.picture("card-unknown")
            house.click(money.pay)
    elif tender == "slip":
        house.click(money.tenders[Tender.SLIP])
        house.write(money.slip.number, detail, key=Key.Key_Return)
    else:
        house.click(money.tenders[Tender.VOUCHER])
        house.write(money.voucher.code, code, key=Key.Key_Return)
        house.picture("voucher-found")
        house.press(Key.Key_Return, on=money.voucher.code.edit)


def _pay_cash(house: Theatre, view, given: str) -> None:
    money = view.basket.money
    if money.cash.isHidden():
        house.click(money.tenders[Tender.CASH])
    if given:
        house.write(money.given, given, key=None)
    if money.cash.put.isVisible():
        house.click(money.cash.put)
    else:
        house.press(Key.Key_F12)


def check_programme(house: Theatre) -> None:
    """Whoever comes back to the counter sees what the other tills sold."""
    house.screen("bookings")
    lines = house.screen("box_office").programme.state.lines
    assert {line.performance_id: line.taken for line in lines} == Ledger(house.url).table(
        "SELECT performance_id, count(*) FROM seat_claims GROUP BY 1"
    )
    house.picture("programme")


RESERVED = (Sale(MOVED, 4, 2, "guest 09", ""), Sale(CALLED_OFF, 4, 1, "guest 10", ""))


def reserve(house: Theatre, sale: Sale) -> None:
    """Places kept for a customer without payment."""
    view = house.screen("box_office")
    _fill_basket(house, view, sale)
    house.press(Key.Key_R, control=True)
    dialog = house.dialog(ReserveDialog)
    house.picture("reserve", dialog)
    house.click(dialog.keep)
    house.closed(ReserveDialog)
    assert view.counter.state.sold.status is BookingStatus.RESERVED
    house.picture("reserved")
    house.press(Key.Key_F12)
