"""The rooms of bookings, reservations and the kiosk for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.demo.people import STAFF
from app.domain.bookings import BookingFilter
from app.domain.errors import DatabaseUnavailable
from app.domain.events import PerformanceStatus
from app.domain.own_cancellation import OwnTerms, own_cancellation
from app.domain.party import Wish
from app.domain.payments import Held, Tender, Tendered
from app.domain.tickets import BasketLine, Booking, BookingStatus, Goods, Order, Place, Ticket
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from ui.application import Houselights
from ui.bookings.again_dialog import AgainDialog
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.edit_dialog import EditDialog
from ui.bookings.page import EXCHANGE
from ui.bookings.pay_dialog import PayDialog
from ui.bookings.state import PICK_UPS
from ui.bookings.view import BookingsView
from ui.box_office.reserve_dialog import ReserveDialog
from ui.box_office.view import BoxOfficeView
from ui.my_tickets.cancel_dialog import CancelDialog as OwnCancelDialog
from ui.my_tickets.view import MyTicketsView
from ui.shell.password_dialog import PasswordDialog, PasswordWanted
from ui.shell.window import Window
from ui.widgets.paper import PaperDialog
from ui.widgets.sale_receipt import receipt_lines

Room = tuple[str, Callable[[], QWidget]]
_RESERVED = BookingFilter(statuses=(BookingStatus.RESERVED,))


@dataclass(frozen=True)
class Desk:
    """The demo's bookings as its cashier sees them, and as a customer sees their own."""

    services: Any  # what `app.bootstrap` built
    house: Houselights

    def rooms(self) -> tuple[Room, ...]:
        """Every page."""
        return (
            ("bookings", self._booking),
            ("bookings-goods", self._with_goods),
            ("receipt", self._receipt),
            ("bookings-reserved", self._reserved),
            ("bookings-pay", self._paying),
            ("bookings-cancelled", self._cancelled),
            ("bookings-cancel", self._cancelling),
            ("bookings-ticket", self._ticket),
            ("bookings-pick-up", self._pick_up),
            ("bookings-group", self._group),
            ("bookings-edit", self._editing),
            ("bookings-again", self._again),
            ("bookings-undo", self._undoing),
            ("bookings-exchange", self._exchanging),
            ("bookings-exchange-back", self._exchanging_for_less),
            ("bookings-exchange-start", self._about_to_exchange),
            ("bookings-nothing", self._nothing),
            ("reserve", self._reserving),
            ("kiosk", self._kiosk),
            ("my-tickets", self._own),
            ("my-tickets-none", self._none_yet),
            ("my-tickets-cancel", self._cancelling_own),
            ("password", _password),
        )

    def _cashier(self) -> Operator:
        users, station = self.services.users, self.services.station
        operator: Operator = users.operator_for(STAFF[0].email, station=station)
        return operator

    def _customer(self) -> Operator:
        """Whoever booked last."""
        by = self._cashier()
        line = next(line for line in self.services.bookings.bookings(by=by) if line.customer)
        booking = self.services.bookings.booking(line.id, by=by)
        return Operator(
            booking.customer_id, booking.customer, Role.CUSTOMER, by.station_id, by.station_code
        )

    def _bookings(self) -> tuple[Window, BookingsView]:
        window = self.house.window_for(self._cashier())
        window.go("bookings")
        (view,) = window.findChildren(BookingsView)
        return window, view

    def _open(self, *, tickets: int) -> tuple[Window, BookingsView, Booking]:
        window, view = self._bookings()
        newest = self.services.bookings.bookings(limit=80, by=self._cashier())
        line = next(
            line
            for line in newest
            if line.tickets == tickets and line.customer and line.status is BookingStatus.PAID
        )
        window.go("bookings", line.id)
        return window, view, self.services.bookings.booking(line.id, by=self._cashier())

    def _booking(self) -> QWidget:
        return self._open(tickets=4)[0]

    def _goods_sold(self) -> Booking:
        """Two tickets, three products and a gift voucher, sold once for both pictures."""
        services, by = self.services, self._cashier()
        line = next(
            line
            for line in services.events.programme(by=by)
            if line.seated and line.free > 4 and line.status is PerformanceStatus.ON_SALE
        )
        basket_id = new_id()
        wish = Wish(2)
        seats, _ = services.tickets.hold_best(line.performance_id, wish, basket_id=basket_id, by=by)
        kind = next(iter(services.events.offer(line.performance_id, by=by).price_types))
        booklet, drink, *_ = services.goods.on_sale(by=by)
        booking: Booking = services.tickets.sell(
            Order(
                new_id(),
                basket_id,
                lines=tuple(BasketLine(Place(line.performance_id, no), kind) for no in seats),
                goods=(Goods(booklet.id), Goods(drink.id, 2)),
                vouchers=(Money(5000, line.currency),),
            ),
            by=by,
        )
        return booking

    def _with_goods(self) -> QWidget:
        window, _ = self._bookings()
        window.go("bookings", self._goods_sold().id)
        return window

    def _receipt(self) -> QWidget:
        booking, by = self._goods_sold(), self._cashier()
        lines = {line.performance_id: line for line in self.services.events.programme(by=by)}
        slip = receipt_lines(booking, lines, house=self.services.settings.house(by=by).name)
        return PaperDialog(slip, title="", file="")

    def _reservation(self) -> str:
        lines = self.services.bookings.bookings(_RESERVED, limit=1, by=self._cashier())
        return str(lines[0].id)

    def _reserved(self) -> QWidget:
        window, view = self._bookings()
        view.bookings.narrow(statuses=(BookingStatus.RESERVED,))
        window.go("bookings", self._reservation())
        return window

    def _paying(self) -> QWidget:
        booking = self.services.bookings.booking(self._reservation(), by=self._cashier())
        dialog = PayDialog(booking, card=True)
        dialog.given.set_money(booking.total * 2)
        dialog.given.edited.emit("")
        return dialog

    def _cancelled(self) -> QWidget:
        """Two tickets of four were given up, one of them is paid back already."""
        window, _, booking = self._open(tickets=4)
        first, second = booking.tickets[:2]
        bookings, by = self.services.bookings, self._cashier()
        bookings.cancel(booking.id, ticket_ids=[first.id, second.id], reason="Ill", by=by)
        money = {first.id: first.price}
        bookings.refund(booking.id, wanted=money, reason="Ill", key=new_id(), by=by)
        window.go("bookings", booking.id)
        return window

    def _cancelling(self) -> QWidget:
        window, _, booking = self._open(tickets=3)
        held = self.services.bookings.held(booking.id, by=self._cashier())
        dialog = CancelDialog(booking, held=held, parent=window)
        dialog.reason.set_text("Cannot come")
        return dialog

    def _ticket(self) -> QWidget:
        window, view, booking = self._open(tickets=2)
        self.services.bookings.check_in(booking.tickets[0].code, by=self._cashier())
        view.page.ticket_asked.emit(booking.tickets[0].id)
        return window

    def _pick_up(self) -> QWidget:
        """The next days at the desk."""
        window, view = self._bookings()
        view.show_mode(PICK_UPS)
        now = datetime.now(UTC)
        view.bookings.narrow(since=now, until=now + timedelta(days=7))
        view.pick_ups.table.choose(1)
        return window

    def _reserved_group(self) -> Booking:
        """A class with a deposit, and most of the children's names."""
        by, services = self._cashier(), self.services
        line = next(
            line
            for line in services.events.programme(by=by)
            if line.seated and line.free > 40 and line.status is PerformanceStatus.ON_SALE
        )
        basket = new_id()
        seats, _ = services.tickets.hold_best(line.performance_id, count=6, basket_id=basket, by=by)
        kind = services.events.price_types(by=by)[0].id
        order = Order(
            new_id(),
            basket,
            lines=tuple(BasketLine(Place(line.performance_id, no), kind) for no in seats),
            name="Class 7b, Ms Gray",
            customer_id=self._customer().user_id,
        )
        until = datetime.now(UTC) + timedelta(days=2)
        booking = services.tickets.reserve(
            order,
            until=until,
            deposit=Money(5000, "EUR"),
            notes="One wheelchair; the teacher pays the rest by card.",
            by=by,
        )
        names = ["Ada Byron", "Bo Ek", "Cyd Charisse", "Dora Maar"]
        made: Booking = services.booking_details.set_attendees(booking.id, names=names, by=by)
        return made

    def _group(self) -> QWidget:
        window, _ = self._bookings()
        window.go("bookings", self._reserved_group().id)
        return window

    def _editing(self) -> QWidget:
        return EditDialog(self._reserved_group())

    def _again(self) -> QWidget:
        _, _, booking = self._open(tickets=3)
        dialog = AgainDialog(booking)
        dialog.how.choose("new")
        dialog.how.chosen.emit("new")
        dialog.reason.set_text("Bag stolen on the train")
        return dialog

    def _undoing(self) -> QWidget:
        """A sale of this minute."""
        booking = self._reserved_group()
        tenders = (Tendered(Tender.CASH),)
        paid = self.services.bookings.pay(booking.id, tenders=tenders, by=self._cashier())
        window, _ = self._bookings()
        window.go("bookings", paid.id)
        return window

    def _about_to_exchange(self) -> QWidget:
        window, view, _booking = self._open(tickets=4)
        view.page.asked.emit(EXCHANGE)
        return window

    def _exchanging(self) -> QWidget:
        """Two of four for the dearest seats of another performance, with its fee."""
        window, view, booking = self._open(tickets=4)
        view.page.asked.emit(EXCHANGE)
        if view.exchange is None:
            return window
        model = view.exchange.exchanging
        for ticket in booking.live[2:]:
            model.tick(ticket.id, False)
        here, now = booking.live[0].performance_id, datetime.now(UTC)
        other = next(
            line
            for line in model.state.programme
            if line.seated
            and line.performance_id != here
            and line.free > 40
            and line.starts_at > now
        )
        model.choose(other.performance_id)
        model.take_best()
        return window

    def _exchanging_for_less(self) -> QWidget:
        """The same seats, two of them for children."""
        window, view, _booking = self._open(tickets=3)
        view.page.asked.emit(EXCHANGE)
        if view.exchange is None:
            return window
        model = view.exchange.exchanging
        model.keep_seats()
        for pick in model.state.picks[:2]:
            cheapest = min(pick.kinds, key=lambda kind: kind[2].minor or 10**9)
            model.set_price_type(pick.place, cheapest[0])
        return window

    def _nothing(self) -> QWidget:
        window, view = self._bookings()
        view.bookings.narrow(search="nobody of this name")
        return window

    def _reserving(self) -> QWidget:
        return ReserveDialog(
            datetime.now(UTC) + timedelta(days=12), customer="Ada Byron", due=Money(8400, "EUR")
        )

    def _kiosk(self) -> QWidget:
        window = self.house.window_for(self._customer())
        (view,) = window.findChildren(BoxOfficeView)
        now = datetime.now(UTC)
        line = next(
            line
            for line in view.programme.state.lines
            if line.seated
            and line.starts_at > now
            and line.free > 12
            and line.status is PerformanceStatus.ON_SALE
        )
        view.choose(line.performance_id)
        view.counter.take_best(2)
        return window

    def _own(self) -> QWidget:
        window = self.house.window_for(self._customer())
        window.go("my_tickets")
        (view,) = window.findChildren(MyTicketsView)
        view.show_item(view.mine.state.tickets[-1].booking_id)
        return window

    def _cancelling_own(self) -> QWidget:
        """Three tickets by card, one of them paid for at the counter."""
        tickets = tuple(
            Ticket(
                new_id(),
                "b",
                "p",
                no,
                f"12-{no}",
                "Stalls",
                "Adult",
                Money(3400, "EUR"),
                Money(222, "EUR"),
                "C",
            )
            for no in (7, 8, 9)
        )
        booking = Booking(
            "b",
            "T1-02690",
            datetime.now(UTC),
            "Kiosk",
            "K1",
            "kiosk",
            BookingStatus.PAID,
            Money(10200, "EUR"),
            tickets,
        )
        tenders = (Tender.CARD, Tender.VOUCHER, Tender.CASH)
        held = [
            Held(f"p{n}", tender, "GIFT2345ABCD", ticket.id, ticket.price)
            for n, (ticket, tender) in enumerate(zip(tickets, tenders, strict=True))
        ]
        starts = datetime.now(UTC) + timedelta(days=9)
        own = own_cancellation(
            booking,
            held=held,
            terms={"p": OwnTerms(starts, 24, 250)},
            admitted=(),
            now=datetime.now(UTC),
        )
        return OwnCancelDialog(own)

    def _none_yet(self) -> QWidget:
        by = self._cashier()
        nobody = Operator(new_id(), "Nova Newcomer", Role.CUSTOMER, by.station_id, by.station_code)
        window = self.house.window_for(nobody)
        window.go("my_tickets")
        return window


def _password() -> PasswordDialog:
    refusal = DatabaseUnavailable("refused", "till@db.example/house")
    return PasswordDialog(PasswordWanted(refusal, keyring=True), again=True)
