"""The box office: programme, house, basket, side by side, and the keys that reach all of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.bookings import BookingFilter
from app.domain.cards import CardAttempt
from app.domain.errors import HouselightsError
from app.domain.party import Wish
from app.domain.payments import Tender
from app.domain.sale_command import (
    FindCustomer,
    FindPerformance,
    OpenBooking,
    SaleCommand,
    ScanTicket,
)
from app.domain.tickets import Booking, BookingLine, BookingStatus
from app.domain.users import Permission
from app.domain.values import Money
from ui import theme
from ui.box_office.basket_panel import BasketPanel
from ui.box_office.customer_dialog import CustomerDialog
from ui.box_office.customer_search import CustomerSearch
from ui.box_office.goods_dialog import CodeDialog, GiftDialog
from ui.box_office.group_dialog import GroupDialog
from ui.box_office.house_panel import HousePanel
from ui.box_office.line_runner import LineRunner, wish_of
from ui.box_office.programme import Programme
from ui.box_office.programme_list import ProgrammePanel
from ui.box_office.reserve_dialog import ReserveDialog
from ui.box_office.services import Services
from ui.box_office.viewmodel import Counter
from ui.errors import Level, words
from ui.i18n import plural, tr
from ui.printing import pages
from ui.screen import Context
from ui.widgets.sale_receipt import show_receipt
from ui.widgets.ticket_preview import TicketPreview

_READ_AGAIN_MS = 15_000  # beside the feed, which tells of other stations at once
_SUGGEST_MS = 90  # after the last key
_SMALL, _TINY = 1320, 1000  # logical pixels of this view


class BoxOfficeView(QWidget):
    """One window for the whole sale."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.prints = True  # show the tickets after a sale
        by = context.session.operator
        services = context.services
        self.programme = Programme(
            services.events, by=by, tasks=context.tasks, relay=context.relay, parent=self
        )
        self.counter = Counter(
            Services.of(services),
            by=by,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.list = ProgrammePanel(self.programme)
        self.house = HousePanel(self.counter)
        self.basket = BasketPanel(self.counter)
        self.runner = LineRunner(self.counter, reserve=self._on_line_reserve, parent=self)
        self._read_again = QTimer(self, interval=_READ_AGAIN_MS)
        self._suggest_soon = QTimer(self, singleShot=True, interval=_SUGGEST_MS)
        self._wanted: SaleCommand | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.house, 1)
        row.addWidget(self.basket)
        self._connect_parts()
        self.programme.load()
        self.counter.open()
        self._look_for_doubts()

    def _connect_parts(self) -> None:
        self.list.chosen.connect(self.choose)
        self.list.search.searched.connect(self.counter.note_search)
        self.programme.changed.connect(self._on_programme)
        self.counter.changed.connect(self._show)
        self.counter.sold.connect(self._on_sold)
        self.basket.tickets_asked.connect(self.show_tickets)
        self.basket.receipt_asked.connect(self.show_receipt)
        self.basket.customer.asked.connect(self.ask_customer)
        self.basket.reserve_asked.connect(self.ask_reservation)
        self.basket.park_asked.connect(self.park)
        for add in (self.basket.add, self.basket.add_to_nothing):
            add.gift_asked.connect(self.ask_gift)
            add.code_asked.connect(self.ask_code)
        self.house.line.submitted.connect(self._on_line)
        self.house.line.read.connect(self._on_line_read)
        self.runner.ended.connect(self._on_line_ended)
        self._read_again.timeout.connect(self.counter.refresh)
        self._read_again.timeout.connect(self.programme.load)
        self._suggest_soon.timeout.connect(self._suggest)

    def _look_for_doubts(self) -> None:
        """A crash may have left card payments that no booking accounts for: say so at the start."""
        by, cards = self._context.session.operator, self._context.services.cards
        self._context.tasks.run(
            self, lambda: cards.unresolved(by=by), done=self._on_doubts, failed=_nothing
        )

    def _on_doubts(self, attempts: tuple[CardAttempt, ...]) -> None:
        if attempts:
            text = plural(
                "{count} card payment at this station is in doubt. See Payments, Cards in doubt.",
                "{count} card payments at this station are in doubt. See Payments, Cards in doubt.",
                len(attempts),
            )
            self._context.say(text, Level.WARN)

    def show_item(self, key: str) -> None:
        """Open the performance with this id."""
        self.choose(key)

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter."""
        self.programme.choose(performance_id)
        self.counter.choose(performance_id)

    def ask_customer(self, text: str = "") -> None:
        """Whom the sale is for; `text` is what is looked for first."""
        context = self._context
        by = context.session.operator
        if self.counter.state.locked or not by.may(Permission.SEE_CUSTOMERS):
            return
        search = CustomerSearch(context.services.customers, by=by, tasks=context.tasks)
        dialog = CustomerDialog(search, text=text, parent=self.window())
        dialog.picked.connect(self.counter.sell_to)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_reservation(self) -> None:
        """Until when the basket is kept without payment."""
        state = self.counter.state
        if self.counter.own or not state.rows or state.locked or state.payment.put:
            return
        starts = min(row.starts_at for row in state.rows)
        dialog = ReserveDialog(
            starts,
            customer=state.customer.name if state.customer else "",
            due=state.total,
            name=state.name,
            parent=self.window(),
        )
        dialog.agreed.connect(self._on_reserve)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_reserve(self, until: datetime, notes: str, name: str, deposit: Money | None) -> None:
        self.counter.reserve(until, notes, name=name, deposit=deposit)

    def ask_group(self) -> None:
        """Seats for a group, as one block."""
        state = self.counter.state
        if self.counter.own or state.locked or state.stage is None or not state.stage.line.seated:
            return
        dialog = GroupDialog(
            state.price_types,
            state.stage.zone_prices(state.price_types),
            name=state.name or (state.customer.name if state.customer else ""),
            parent=self.window(),
        )
        dialog.agreed.connect(self._on_group)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_group(self, name: str, each: list[str], zones: list[int]) -> None:
        self.counter.call_it(name)
        self.counter.take_best(Wish(len(each), zones=tuple(zones)), kinds=each)

    def ask_gift(self) -> None:
        """Over how much a gift voucher is."""
        if not self.counter.own and not self.counter.state.locked:
            dialog = GiftDialog(self.counter.state.currency, parent=self.window())
            dialog.agreed.connect(self.counter.basket.add_gift)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def ask_code(self) -> None:
        """Which discount code there is."""
        if not self.counter.state.locked:
            dialog = CodeDialog(parent=self.window())
            dialog.agreed.connect(self.counter.basket.add_code)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def park(self) -> None:
        """Put the basket aside; with nothing in it, show those that were."""
        state = self.counter.state
        if state.filled:
            self.counter.keeper.park(state.customer.name if state.customer else state.name)
        else:
            self.basket.parked.open_menu()

    # -- the sale line -----------------------------------------------------------------------

    def _on_line(self, parsed: object) -> None:
        """Do what the line asks for."""
        match parsed:
            case SaleCommand():
                self._suggest_soon.stop()
                self.runner.run(parsed)
            case FindCustomer():
                self.house.line.accept()
                self.ask_customer(parsed.text)
            case FindPerformance():
                self._find_performance(parsed.text)
            case OpenBooking():
                self._open_booking(parsed.number)
            case ScanTicket():
                self._open_booking(parsed.code)
            case _:
                self.house.line.accept()

    def _on_line_ended(self, done: bool) -> None:
        if done:
            self.house.line.accept()
        else:
            problem = self.counter.state.problem
            self.house.line.refuse(words(problem) if problem else tr("That is not enough yet."))

    def _on_line_reserve(self, until: datetime | None) -> None:
        if until is None:
            self.ask_reservation()
        else:
            self.counter.reserve(until, "")

    def _find_performance(self, text: str) -> None:
        self.programme.look_for(text)
        shown = self.programme.state.shown
        self.programme.look_for("")
        if shown:
            self.house.line.accept()
            self.choose(shown[0].performance_id)
        else:
            self.house.line.refuse(tr("Nothing on is called “{said}”.", said=text))

    def _open_booking(self, text: str) -> None:
        """The booking with this number, or the one this ticket's code is of."""
        context, by = self._context, self._context.session.operator
        bookings = context.services.bookings
        context.tasks.run(
            self,
            lambda: bookings.bookings(BookingFilter(search=text), limit=1, by=by),
            done=partial(self._on_booking_found, text),
            failed=self._on_booking_missed,
        )

    def _on_booking_found(self, text: str, lines: tuple[BookingLine, ...]) -> None:
        if lines:
            self.house.line.accept()
            self._context.navigate("bookings", lines[0].id)
        else:
            self.house.line.refuse(tr("There is no booking “{said}”.", said=text))

    def _on_booking_missed(self, error: HouselightsError) -> None:
        self.house.line.refuse(words(error))

    def _on_line_read(self, parsed: object) -> None:
        """While a line is being typed, what it would take is highlighted."""
        self._wanted = parsed if isinstance(parsed, SaleCommand) else None
        self._suggest_soon.start()

    def _suggest(self) -> None:
        stage, wanted = self.counter.state.stage, self._wanted
        if stage is None or not self.house.line.field.hasFocus():
            return
        best = wanted is not None and wanted.count and not wanted.seats and wanted.area is None
        if wanted is not None and best and stage.line.seated:
            self.counter.finder.look(wish_of(wanted, stage.plan, self.counter.state.price_types))
        else:
            self.counter.finder.drop()

    def show_tickets(self, booking: Booking) -> None:
        """The tickets of a booking, to print or save."""
        lines = {line.performance_id: line for line in self.programme.state.lines}
        preview = TicketPreview(pages(booking, lines), parent=self.window())
        preview.printed.connect(self._on_printed)
        preview.saved.connect(self._on_printed)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()

    def show_receipt(self, booking: Booking) -> None:
        """What was bought, to print or save."""
        lines = {line.performance_id: line for line in self.programme.state.lines}
        show_receipt(self._context, booking, lines, parent=self.window())

    def _on_printed(self, booking_id: str) -> None:
        by = self._context.session.operator
        if self.counter.own:
            return
        self._context.tasks.run(
            self,
            lambda: self._context.services.bookings.printed(booking_id, by=by),
            done=_nothing,
            failed=_nothing,
        )

    def _show(self) -> None:
        state = self.counter.state
        self.house.show_state(state)
        self.basket.show_state(state)
        shown = "" if state.stage is None else state.stage.line.performance_id
        if shown and not state.loading and shown != self.programme.state.chosen:
            self.programme.choose(shown)  # a basket taken up brought its house along

    def _on_programme(self) -> None:
        lines = self.programme.state.lines
        self.house.titles = tuple(dict.fromkeys(line.title for line in lines))

    def leave(self) -> None:
        """The window closes: what the basket holds is free again."""
        self.counter.clear()

    def _on_sold(self, booking: Booking) -> None:
        if self.prints and booking.status is BookingStatus.PAID:
            self.show_tickets(booking)

    def _to_start(self) -> None:
        """Where the next customer's wish is typed."""
        if self.house.line.isHidden():
            self.to_search()
        else:
            self.to_line()

    def to_search(self) -> None:
        """Search the programme."""
        self.list.search.setFocus()
        self.list.search.selectAll()

    def to_map(self) -> None:
        """Walk over the seats, on the map or in the list; without seats, say how many places."""
        stage = self.counter.state.stage
        if stage is not None and not stage.line.seated:
            self.house.places.setFocus()
        else:
            (self.house.seats.table if self.house.tools.as_list else self.house.map).setFocus()

    def to_line(self) -> None:
        """Type a sale."""
        if not self.house.line.isHidden():
            self.house.line.field.setFocus()
            self.house.line.field.selectAll()

    def to_goods(self) -> None:
        """Everything that is not a seat."""
        page = self.basket.add if self.counter.state.filled else self.basket.add_to_nothing
        page.open_menu()

    def ask_best(self) -> None:
        """Suggest the best seats, then other ones."""
        self.house.ask_best()

    def toggle_list(self) -> None:
        """The seats in the other form."""
        self.house.tools.list.toggle()
        self.to_map()

    def next_colour(self) -> None:
        """Let the colours of the house say the next thing."""
        self.house.tools.next_colour()

    def clear(self) -> None:
        """Empty the basket."""
        self.counter.clear()

    def line_before(self) -> None:
        """Put the turn one line up."""
        self.counter.basket.move(-1)

    def line_after(self) -> None:
        """Put the turn one line down."""
        self.counter.basket.move(1)

    def drop_line(self) -> None:
        """Give back the place whose turn it is."""
        self.counter.basket.drop_line()

    def undo(self) -> None:
        """Be ready to undo the last sale; pressed again, do it."""
        if self.counter.state.voiding:
            self.counter.last_sale.undo()
        else:
            self.counter.last_sale.ask()

    def to_cash(self) -> None:
        """Pay the rest in cash."""
        self.basket.money.choose(Tender.CASH)

    def to_card(self) -> None:
        """Pay the rest at the terminal."""
        self.basket.money.choose(Tender.CARD)

    def to_slip(self) -> None:
        """Pay the rest on a terminal of its own."""
        self.basket.money.choose(Tender.SLIP)

    def to_voucher(self) -> None:
        """Pay the rest with a gift voucher."""
        self.basket.money.choose(Tender.VOUCHER)

    def put_down(self) -> None:
        """Put the part that was typed down; the rest is paid otherwise."""
        self.counter.desk.put_down()

    def last_tickets(self) -> None:
        """The tickets of the last sale."""
        if self.counter.state.sold is not None:
            self.show_tickets(self.counter.state.sold)

    def last_receipt(self) -> None:
        """The receipt of the last sale."""
        if self.counter.state.sold is not None:
            self.show_receipt(self.counter.state.sold)

    def main_action(self) -> None:
        """What the big button does: take the money, or begin with the next customer."""
        if self.counter.state.sold is not None and not self.counter.state.filled:
            self.counter.next_customer()
            self._to_start()
        else:
            self.counter.pay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The side panels give way on a small screen, so that the house keeps its room."""
        small = event.size().width() < _SMALL
        tiny = event.size().width() < _TINY
        look = theme.current()
        self.list.setFixedWidth(232 if tiny else 264 if small else look.size("programme"))
        self.basket.setFixedWidth(336 if small else look.size("basket"))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What other stations did while another screen was on is read once; then they are heard."""
        self._read_again.start()
        self.counter.refresh()
        if self.programme.state.loaded:
            self.programme.load()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another screen is on."""
        self._read_again.stop()
        super().hideEvent(event)


def _nothing(_: object) -> None:
    """Printed or not, the tickets exist; the fact tells whoever shows what is owed."""
