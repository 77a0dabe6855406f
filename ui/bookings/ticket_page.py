"""One ticket's page: seat, price, tax, status, code, the money that covers it, what was told, the scans."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.bookings import Scan, TicketPage
from app.domain.deliveries import Told
from app.domain.tickets import TicketStatus
from app.domain.values import at_venue
from ui.bookings.words import act_words, scan_words, ticket_dot, ticket_status
from ui.i18n import amount, date_long, moment, money, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import Dot
from ui.widgets.tenders import tender_words
from ui.widgets.told import kind_name, state_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TicketPanel(SidePanel):
    """Shows a `TicketPage`; `booking_asked` carries its booking's id, `check_in_asked` its code."""

    booking_asked = Signal(str)
    check_in_asked = Signal(str)

    def __init__(self, *, may_check_in: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._page: TicketPage | None = None
        self._may_check_in = may_check_in
        self.title = Label("", "title")
        self.dot, self.status = Dot("good"), Label("", "strong")
        self.booking = Button(tr("Booking"), look="primary", icon="receipt")
        self.check_in = Button(tr("Check in"), icon="check")
        self._empty = Empty(
            tr("No ticket chosen"),
            tr("Choose one to see its seat, its money and its scans."),
            icon="ticket",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        state, acts = QWidget(), QWidget()
        for inside, parts in (
            (state, (self.dot, self.status)),
            (acts, (self.booking, self.check_in)),
        ):
            row = QHBoxLayout(inside)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part, int(part is self.booking))
            if inside is state:
                row.addStretch(1)
        self._parts = (self.title, state, self._scroll, acts)
        self.body.addWidget(self.title)
        self.body.addWidget(state)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(acts)
        for shown in self._parts:
            shown.hide()
        self.booking.clicked.connect(self._on_booking)
        self.check_in.clicked.connect(self._on_check_in)

    def show_page(self, page: TicketPage) -> None:
        """Show this ticket; nothing moves when it is the one on show."""
        if page == self._page:
            return
        self._page = page
        self._empty.hide()
        for part in self._parts:
            part.show()
        self.title.setText(tr("Seat {seat}", seat=page.line.seat))
        self.dot.set_token(ticket_dot(page.line.status))
        self.status.setText(ticket_status(page.line.status))
        self.check_in.setVisible(self._may_check_in and page.line.status is TicketStatus.VALID)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        _add_facts(column, page)
        _add_money(column, page)
        _add_list(column, tr("Messages"), [_told(line) for line in page.told])
        _add_list(column, tr("Scans"), [_scan(scan) for scan in page.scans])
        _add_list(
            column, tr("History"), [(act_words(n.action), moment(n.at)) for n in page.history]
        )
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _on_booking(self) -> None:
        if self._page is not None:
            self.booking_asked.emit(self._page.line.booking_id)

    def _on_check_in(self) -> None:
        if self._page is not None:
            self.check_in_asked.emit(self._page.line.code)


def _add_facts(column: QVBoxLayout, page: TicketPage) -> None:
    line = page.line
    day = date_long(at_venue(line.starts_at, line.zone).date())
    column.addWidget(Label(line.title, "lead", wrap=True))
    when = f"{day}, {time_of(line.starts_at, line.zone)}, {page.venue}"
    column.addWidget(Label(when, "muted", wrap=True))
    column.addWidget(Rule())
    code = " ".join(line.code[i : i + 4] for i in range(0, 24, 4))
    facts = [
        (tr("Price"), money(line.price)),
        (tr("of which tax"), amount(page.ticket.tax)),
        (tr("Price type"), line.price_type),
        (tr("Price zone"), line.price_zone),
        (tr("Booking"), line.number),
        (tr("Booked"), moment(page.booked_at)),
        (tr("Customer"), line.customer or tr("Walk-up")),
        (tr("Code"), code),
    ]
    _add_grid(column, facts)


def _add_money(column: QVBoxLayout, page: TicketPage) -> None:
    column.addSpacing(8)
    column.addWidget(Label(tr("Money"), "lead"))
    rows = [
        (
            tr(
                "{tender}, {when}",
                tender=tender_words(c.payment.tender),
                when=moment(c.payment.created_at),
            ),
            amount(c.amount),
        )
        for c in page.covers
    ]
    rows += [
        (
            tr(
                "Given back, {tender}, {when}",
                tender=tender_words(b.refund.tender),
                when=moment(b.refund.created_at),
            ),
            amount(-b.amount),
        )
        for b in page.backs
    ]
    rows.append((tr("Held"), money(page.held)))
    _add_grid(column, rows)


def _add_grid(column: QVBoxLayout, rows: Iterable[tuple[str, str]]) -> None:
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


def _add_list(column: QVBoxLayout, title: str, lines: list[tuple[str, str]]) -> None:
    if not lines:
        return
    column.addSpacing(8)
    column.addWidget(Label(title, "lead"))
    for first, second in lines[:50]:
        column.addWidget(LineLabel(first, "text"))
        column.addWidget(LineLabel(second, "small"))


def _told(line: Told) -> tuple[str, str]:
    where = f"{line.address}, {state_words(line.state)}" if line.address else tr("in the program")
    return kind_name(line.kind), f"{moment(line.created_at)}, {where}"


def _scan(scan: Scan) -> tuple[str, str]:
    return scan_words(scan.result), f"{moment(scan.at)}, {scan.station_code}"
