"""One ticket's page: seat, price, reduction and tax, status, code, the money that covers it, what was told,
the scans; and what can be done with this one alone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.bookings import Scan, TicketPage
from app.domain.deliveries import Told
from app.domain.tickets import TicketStatus
from app.domain.values import at_venue
from ui.bookings.facts_panel import add_lines, grouped
from ui.bookings.history_words import note_words, who_words
from ui.bookings.words import scan_words, ticket_dot, ticket_status
from ui.i18n import amount, date_long, moment, money, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, Rule, SidePanel
from ui.widgets.marks import Dot
from ui.widgets.tenders import tender_words
from ui.widgets.told import kind_name, state_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TicketPanel(SidePanel):
    """Shows a `TicketPage`; `booking_asked` carries its booking's id, `check_in_asked` its code. The other
    acts are for the ticket that is open."""

    booking_asked = Signal(str)
    check_in_asked = Signal(str)
    name_asked = Signal()
    reissue_asked = Signal()
    cancel_asked = Signal()

    def __init__(
        self, *, may_check_in: bool, may_cancel: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._page: TicketPage | None = None
        self._may_check_in, self._may_cancel = may_check_in, may_cancel
        self.title = Label("", "title")
        self.dot, self.status = Dot("good"), Label("", "strong")
        self.booking = Button(tr("Booking"), look="primary", icon="receipt")
        self.check_in = Button(tr("Check in"), icon="check", key="Ctrl+I")
        self.name = Button(tr("Name …"))
        self.name.setToolTip(tr("Who comes on this ticket"))
        self.reissue = Button(tr("New code …"))
        self.reissue.setToolTip(tr("A new code; the old one opens no door any more"))
        self.cancel = Button(tr("Cancel …"))
        self._empty = Empty(
            tr("No ticket chosen"),
            tr("Choose one to see its seat, its money and its scans."),
            icon="ticket",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self.booking.clicked.connect(self._on_booking)
        self.check_in.clicked.connect(self._on_check_in)
        self.name.clicked.connect(self.name_asked)
        self.reissue.clicked.connect(self.reissue_asked)
        self.cancel.clicked.connect(self.cancel_asked)

    def _lay_out(self) -> None:
        state, first, second = QWidget(), QWidget(), QWidget()
        for inside, parts in (
            (state, (self.dot, self.status)),
            (first, (self.booking, self.check_in)),
            (second, (self.name, self.reissue, self.cancel)),
        ):
            row = QHBoxLayout(inside)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part, int(part in {self.booking, self.reissue}))
            if inside is state:
                row.addStretch(1)
        self._parts = (self.title, state, self._scroll, first, second)
        self.body.addWidget(self.title)
        self.body.addWidget(state)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(first)
        self.body.addWidget(second)
        for shown in self._parts:
            shown.hide()

    def show_page(self, page: TicketPage) -> None:
        """Show this ticket; nothing moves when it is the one on show."""
        if page == self._page:
            return
        self._page = page
        self._empty.hide()
        for part in self._parts:
            part.show()
        status = page.line.status
        valid, lives = status is TicketStatus.VALID, status is not TicketStatus.CANCELLED
        exchanged = page.ticket.exchange_id is not None
        self.title.setText(tr("Seat {seat}", seat=page.line.seat))
        self.dot.set_token(ticket_dot(status))
        self.status.setText(tr("Exchanged") if exchanged else ticket_status(status))
        self.check_in.setVisible(self._may_check_in and valid)
        self.name.setVisible(lives)
        self.reissue.setVisible(valid)
        self.cancel.setVisible(self._may_cancel and lives)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        _add_facts(column, page)
        _add_money(column, page)
        add_lines(column, tr("Messages"), [_told(line) for line in page.told])
        add_lines(column, tr("Scans"), [_scan(scan) for scan in page.scans])
        add_lines(column, tr("History"), [(note_words(n), who_words(n)) for n in page.history])
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _on_booking(self) -> None:
        if self._page is not None:
            self.booking_asked.emit(self._page.line.booking_id)

    def _on_check_in(self) -> None:
        if self._page is not None:
            self.check_in_asked.emit(self._page.line.code)


def _add_facts(column: QVBoxLayout, page: TicketPage) -> None:
    line, ticket = page.line, page.ticket
    day = date_long(at_venue(line.starts_at, line.zone).date())
    column.addWidget(Label(line.title, "lead", wrap=True))
    when = tr(
        "{day}, {time}, {venue}", day=day, time=time_of(line.starts_at, line.zone), venue=page.venue
    )
    column.addWidget(Label(when, "muted", wrap=True))
    column.addWidget(Rule())
    facts = [(tr("Name"), ticket.attendee)] if ticket.attendee else []
    facts.append((tr("Price"), money(line.price)))
    if ticket.reduction is not None:
        off = tr(
            "{discount}, {amount} off", discount=ticket.discount, amount=money(ticket.reduction)
        )
        facts.append((tr("Reduction"), off))
    facts += [
        (tr("of which tax"), amount(ticket.tax)),
        (tr("Price type"), line.price_type),
        (tr("Price zone"), line.price_zone),
        (tr("Booking"), line.number),
        (tr("Booked"), moment(page.booked_at)),
        (tr("Customer"), line.customer or tr("Walk-up")),
        (tr("Code"), grouped(line.code)),
    ]
    _add_grid(column, facts)


def _add_money(column: QVBoxLayout, page: TicketPage) -> None:
    column.addSpacing(8)
    column.addWidget(Label(tr("Money"), "lead"))
    rows = []
    for cover in page.covers:
        text = "{tender}, {when}" if cover.amount.minor >= 0 else "Moved on, {tender}, {when}"
        payment = cover.payment
        words = tr(text, tender=tender_words(payment.tender), when=moment(payment.created_at))
        rows.append((words, amount(cover.amount)))
    for back in page.backs:
        refund = back.refund
        words = tr(
            "Given back, {tender}, {when}",
            tender=tender_words(refund.tender),
            when=moment(refund.created_at),
        )
        rows.append((words, amount(-back.amount)))
    rows.append((tr("Held"), money(page.held)))
    _add_grid(column, rows)


def _add_grid(column: QVBoxLayout, rows: list[tuple[str, str]]) -> None:
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for position, (left, right) in enumerate(rows):
        grid.addWidget(Label(left, "muted"), position, 0, Qt.AlignmentFlag.AlignTop)
        value = Label(right, "text", wrap=True)
        value.setAlignment(_RIGHT)
        grid.addWidget(value, position, 1)
    column.addLayout(grid)


def _told(line: Told) -> tuple[str, str]:
    where = f"{line.address}, {state_words(line.state)}" if line.address else tr("in the program")
    return kind_name(line.kind), f"{moment(line.created_at)}, {where}"


def _scan(scan: Scan) -> tuple[str, str]:
    return scan_words(scan.result), f"{moment(scan.at)}, {scan.station_code}"
