"""A customer by themselves from the programme to the money back: browse, choose, pay by card, get the tickets
by mail, see them, cancel one."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.domain.customers import Contact
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus, TicketStatus
from app.domain.users import Role
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from tests.mail_server import mail_server, parts
from ui import theme
from ui.application import Houselights
from ui.box_office.view import BoxOfficeView
from ui.my_tickets.cancel_dialog import CancelDialog
from ui.my_tickets.view import MyTicketsView
from ui.notifications.ticket_files import TicketFiles
from ui.tasks import ImmediateTasks
from ui.widgets.frames import Label, LineLabel

LEFT = Qt.MouseButton.LeftButton


class Kiosk:
    """A customer signed in before the kiosk of a house that lets them cancel until a day before."""

    def __init__(self, house: Theatre, device: SimulatedTerminal, qtbot) -> None:
        self.house, self.device, self.qtbot = house, device, qtbot
        self.services = house.services
        programme = self.services.programme
        event = programme.event(house.event.id, by=house.admin)
        programme.edit_event(replace(event, cancel_hours=24, cancel_fee=250), by=house.admin)
        line = self.services.customers.add(
            Contact("Ada Byron", "ada@example.org"), by=house.cashier
        )
        self.ada = replace(house.cashier, user_id=line.id, name=line.name, role=Role.CUSTOMER)
        self.program = Houselights(self.services, tasks=ImmediateTasks())
        self.window = self.program.window_for(self.ada)
        self.window.resize(1500, 900)
        self.window.show()
        self.settle()

    def settle(self) -> None:
        for _ in range(5):
            QApplication.processEvents()

    def click(self, widget) -> None:
        self.qtbot.mouseClick(widget, LEFT)
        self.settle()

    def tick(self, box) -> None:
        self.qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
        self.settle()

    def buy(self, count: int) -> Booking:
        (counter,) = self.window.findChildren(BoxOfficeView)
        counter.prints = False
        counter.choose(self.house.performance.id)
        counter.counter.take_best(count)
        self.click(counter.basket.money.pay)
        self.qtbot.waitUntil(lambda: counter.counter.state.sold is not None, timeout=10_000)
        return counter.counter.state.sold

    def own(self) -> MyTicketsView:
        self.window.go("my_tickets")
        (view,) = self.window.findChildren(MyTicketsView)
        self.settle()
        return view

    def click_row(self, table, row: int) -> None:
        place = table.visualRect(table.model().index(row, 0)).center()
        self.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
        self.settle()

    def asking(self) -> CancelDialog:
        self.settle()
        (found,) = [d for d in self.window.findChildren(CancelDialog) if d.isVisible()]
        return found

    def shown(self, widget) -> str:
        labels = [*widget.findChildren(Label), *widget.findChildren(LineLabel)]
        return "\n".join(label.text() for label in labels if label.isVisibleTo(widget))

    def stored(self, booking: Booking) -> Booking:
        return self.services.bookings.booking(booking.id, by=self.ada)

    def end(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.program.deleteLater()
        self.settle()


@pytest.fixture
def kiosk(sqlite_url: str, qtbot) -> Iterator[Kiosk]:
    theme.apply(QApplication.instance(), theme.load("light"))
    device = SimulatedTerminal(by_amount=False)
    terminal = SimulatorDriver(device, patience=0.05)
    house = theatre(sqlite_url, clock=Clock(), house=plan(), terminal=terminal)
    made = Kiosk(house, device, qtbot)
    yield made
    made.end()
    house.services.close()


def words_in(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def test_from_the_programme_to_the_money_back(kiosk: Kiosk):
    house, services = kiosk.house, kiosk.services
    services.deliverer.documents = TicketFiles()
    with mail_server() as (mailbox, way):
        services.mail.change(way, by=house.admin)
        booking = kiosk.buy(2)
        assert [payment.tender for payment in booking.payments] == [Tender.CARD]
        assert services.deliverer.deliver().sent == 1
        (letter,) = mailbox.letters
        (pdf,) = parts(letter)["application/pdf"]
        text = words_in(pdf)
        for ticket in booking.tickets:
            assert ticket.code[:4] in text
        assert booking.number in text

        view = kiosk.own()
        assert view.table.model().rowCount() == 2
        kiosk.click_row(view.table, 0)
        assert "Can be cancelled until 26 Nov 2026" in kiosk.shown(view.page)
        kiosk.click(view.page.cancel)
        dialog = kiosk.asking()
        kept = booking.tickets[1]
        kiosk.tick(dialog.boxes[kept.id])
        assert dialog.preview() == [
            ("To the card you paid with", "€37.50"),
            ("Stays with the house as a fee", "€2.50"),
        ]
        assert dialog.focusWidget() is not dialog.go  # Return alone cancels nothing
        kiosk.click(dialog.go)
        after = kiosk.stored(booking)
        assert [t.status for t in after.tickets] == [TicketStatus.CANCELLED, TicketStatus.VALID]
        assert [(r.tender, r.amount) for r in after.refunds] == [(Tender.CARD, house.euros(37.5))]
        assert "€37.50 was given back." in kiosk.shown(view.page)
        assert services.deliverer.deliver().sent == 1
        said = parts(mailbox.letters[1])["text/plain"][0]
        assert "€37.50" in said
        assert booking.tickets[0].seat in said
    services.payments.check(by=house.admin)
    assert services.cards.unresolved(by=house.cashier) == ()


def test_a_card_that_is_declined_leaves_everything_and_says_so(kiosk: Kiosk):
    booking = kiosk.buy(1)
    view = kiosk.own()
    kiosk.click_row(view.table, 0)
    kiosk.click(view.page.cancel)
    dialog = kiosk.asking()
    kiosk.device._script.append("decline")
    kiosk.click(dialog.go)
    assert dialog.isVisible()
    assert "cannot be used" in dialog.notice.text()
    assert kiosk.stored(booking).status is BookingStatus.PAID
    kiosk.click(dialog.go)  # another try is another act
    assert kiosk.stored(booking).status is BookingStatus.CANCELLED
    kiosk.services.payments.check(by=kiosk.house.admin)


def test_too_late_or_paid_in_cash_is_said_before_anybody_tries(kiosk: Kiosk):
    house = kiosk.house
    order = house.order("A-1", customer_id=kiosk.ada.user_id, tenders=(Tendered(Tender.CASH),))
    cash = kiosk.services.tickets.sell(order, by=house.cashier)
    card = kiosk.buy(1)
    view = kiosk.own()
    view.show_item(cash.id)
    kiosk.settle()
    assert view.page.cancel.isHidden()
    assert "Please come to the box office" in kiosk.shown(view.page)
    view.show_item(card.id)
    kiosk.settle()
    assert not view.page.cancel.isHidden()
    house.clock.now = house.performance.starts_at - timedelta(hours=23)
    kiosk.click(view.page.cancel)
    dialog = kiosk.asking()
    kiosk.click(dialog.go)
    assert "was possible until" in dialog.notice.text()
    assert kiosk.stored(card).status is BookingStatus.PAID
