"""Giving money back: what is shown is what is agreed to, and never more than is held."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from app.domain.payments import Held, Tender, refund_parts
from app.domain.tickets import Booking, BookingStatus, Ticket, TicketStatus
from app.domain.values import Money
from ui.widgets.refund_dialog import RefundChoice, RefundDialog

LEFT = Qt.MouseButton.LeftButton


def money(minor: int, currency: str = "EUR") -> Money:
    return Money(minor, currency)


def booking(prices=(4000, 3000), currency: str = "EUR") -> Booking:
    tickets = tuple(
        Ticket(
            id=f"t{n}",
            booking_id="b",
            performance_id="p",
            seat_no=n,
            seat=f"A-{n}",
            zone="Stalls",
            price_type="Adult",
            price=money(price, currency),
            tax=money(0, currency),
            code=f"code{n}",
            status=TicketStatus.VALID,
        )
        for n, price in enumerate(prices, 1)
    )
    return Booking(
        id="b",
        number="T1-00001",
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        operator="Carla",
        station_code="T1",
        channel="counter",
        status=BookingStatus.PAID,
        total=money(sum(prices), currency),
        tickets=tickets,
    )


# the first ticket was paid half in cash, half by card; the second by card
HELD = (
    Held("p1", Tender.CASH, "", "t1", money(2000)),
    Held("p2", Tender.CARD, "TX9", "t1", money(2000)),
    Held("p2", Tender.CARD, "TX9", "t2", money(3000)),
)


class Asked:
    def __init__(self, qtbot, choice: RefundChoice) -> None:
        self.dialog = RefundDialog(choice)
        self.agreed: list[tuple] = []
        self.dialog.agreed.connect(self._on_agreed)
        self._qtbot = qtbot
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def _on_agreed(self, wanted, reason, tender) -> None:
        self.agreed.append((wanted, reason, tender))

    def click(self, widget) -> None:
        self._qtbot.mouseClick(widget, LEFT)

    def type(self, field, text: str) -> None:
        field.edit.clear()
        self._qtbot.keyClicks(field.edit, text)

    def parts(self) -> list[str]:
        grid = self.dialog._parts
        return [grid.itemAt(i).widget().text() for i in range(grid.count())]


@pytest.fixture
def ask(qtbot):
    return lambda *, held=HELD, proposed=None, made=None: Asked(
        qtbot, RefundChoice(made or booking(), held, proposed or {})
    )


def test_nothing_is_chosen_to_begin_with(ask):
    asked = ask()
    assert not asked.dialog.give.isEnabled()
    assert asked.parts() == ["Choose tickets above."]


def test_everything_goes_back_the_way_it_was_paid(ask):
    asked = ask()
    asked.click(asked.dialog.everything)
    assert asked.parts() == [
        *("Cash, from the drawer", "€20.00"),
        *("Card, through the terminal (TX9)", "€50.00"),
    ]
    asked.type(asked.dialog.reason, "ill")
    asked.click(asked.dialog.give)
    assert asked.agreed == [({"t1": money(4000), "t2": money(3000)}, "ill", None)]


def test_what_is_shown_is_what_a_refund_of_it_does(ask):
    asked = ask()
    asked.type(asked.dialog.rows[0].amount, "25")
    wanted = asked.dialog.wanted()
    assert wanted == {"t1": money(2500)}
    shown = asked.parts()[1::2]
    assert shown == ["€20.00", "€5.00"]
    assert [part.amount.minor for part in refund_parts(HELD, wanted)] == [2000, 500]


def test_all_of_it_can_be_given_in_cash(ask):
    asked = ask()
    asked.click(asked.dialog.everything)
    asked.dialog.where.choose("cash")
    asked.dialog.where.chosen.emit("cash")
    assert asked.parts() == ["Cash, from the drawer", "€70.00"]
    asked.type(asked.dialog.reason, "card blocked")
    asked.click(asked.dialog.give)
    assert asked.agreed[0][2] is Tender.CASH


@pytest.mark.parametrize("typed", ["40.01", "0", "x", "-1"])
def test_more_than_is_held_cannot_go_back(ask, typed):
    asked = ask()
    asked.type(asked.dialog.rows[0].amount, typed)
    assert not asked.dialog.give.isEnabled()
    assert asked.dialog.rows[0].amount.problem() == "At most €40.00."


def test_a_reason_is_asked_for(ask):
    asked = ask(proposed={"t1": money(4000)})
    asked.click(asked.dialog.give)
    assert asked.agreed == []
    assert asked.dialog.reason.problem() == "Please say why."


def test_what_was_refunded_before_is_not_offered_again(ask):
    asked = ask(held=HELD[2:], proposed={"t1": money(4000), "t2": money(9900)})
    first, second = asked.dialog.rows
    assert not first.isEnabled()
    assert asked.dialog.wanted() == {"t2": money(3000)}
    assert second.wanted() == money(3000)


def test_pressed_twice_it_is_agreed_once(ask):
    asked = ask(proposed={"t1": money(4000)})
    asked.type(asked.dialog.reason, "ill")
    asked.click(asked.dialog.give)
    asked.dialog._agree()
    assert len(asked.agreed) == 1


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "¥5,000"), ("KWD", "KWD5.000")])
def test_every_currency_is_shown_with_its_own_places(ask, currency, shown):
    held = (Held("p", Tender.CASH, "", "t1", money(5000, currency)),)
    asked = ask(made=booking((5000,), currency), held=held)
    asked.click(asked.dialog.everything)
    assert asked.parts()[1].replace("\xa0", "") == shown
    assert asked.dialog.wanted() == {"t1": money(5000, currency)}
