"""One customer's page: who it is, what they spent, and everything that happened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.customers import CustomerPage
from ui.customers.history import PARTS, count_of, lines_of, nothing_in
from ui.customers.history_list import HistoryList
from ui.customers.membership import CustomerMemberships
from ui.customers.membership_card import MembershipCard
from ui.i18n import date_short, money, number, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Empty, Label, LineLabel, SidePanel
from ui.widgets.segmented import Segmented

_NOTES_HEIGHT, _AROUND_NOTES = 96, 26
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class _Figure(QWidget):
    """A small heading above a figure."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.value = LineLabel("", "lead")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(heading, "small"))
        column.addWidget(self.value)


class CustomerPanel(SidePanel):
    """Shows a `CustomerPage`; `opened` carries the booking a line of the history is about."""

    opened = Signal(str)
    edit_asked = Signal()

    def __init__(
        self,
        memberships: CustomerMemberships,
        *,
        may_edit: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._memberships = memberships
        self.memberships = MembershipCard(memberships)
        self._page: CustomerPage | None = None
        self.name = LineLabel("", "title")
        self.edit = Button(tr("Edit"), icon="pencil", height="chip", key="F2")
        if not may_edit:
            self.edit.hide()
        self._email, self._phone = LineLabel("", "text"), LineLabel("", "text")
        self._since = LineLabel("", "small")
        self._spent, self._bookings = _Figure(tr("Spent")), _Figure(tr("Bookings"))
        self._tickets = _Figure(tr("Tickets"))
        self.notes = QPlainTextEdit()
        self.parts = Segmented(
            (
                ("bookings", tr("Bookings")),
                ("tickets", tr("Tickets")),
                ("money", tr("Payments")),
                ("told", tr("Messages")),
                ("acts", tr("Changes")),
            ),
            accessible=tr("Part of the history"),
        )
        self.history = HistoryList()
        self._nothing = Label("", "muted", wrap=True)
        self._more = Label("", "small")
        self._lay_out()
        self.edit.clicked.connect(self.edit_asked)
        self.parts.chosen.connect(self._show_part)
        self.history.opened.connect(self.opened)

    def _lay_out(self) -> None:
        whole, place = QWidget(), QWidget()
        self._pages = QStackedLayout(place)
        empty = Empty(
            tr("No customer chosen"),
            tr("Choose one to see what they booked, paid and were told."),
            icon="user",
        )
        self._pages.addWidget(empty)
        self._pages.addWidget(whole)
        self.body.addWidget(place, 1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.edit)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for line in (self._email, self._phone, self._since):
            line.setTextInteractionFlags(_SELECTABLE)
            column.addWidget(line)
        column.addSpacing(8)
        column.addWidget(self._figures())
        column.addSpacing(4)
        column.addWidget(self.memberships)
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName(tr("Notes"))
        self.notes.setFrameShape(QFrame.Shape.NoFrame)
        column.addSpacing(4)
        column.addWidget(self.notes)
        column.addSpacing(8)
        column.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(4)
        self._nothing.setContentsMargins(8, 12, 8, 0)
        column.addWidget(self._nothing)
        column.addWidget(self.history, 1)
        column.addWidget(self._more)
        self._rest = QWidget()
        column.addWidget(self._rest, 1)

    def _figures(self) -> QWidget:
        card = Card(padding=12)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._spent, 2)
        row.addWidget(self._bookings, 1)
        row.addWidget(self._tickets, 1)
        card.body.addLayout(row)
        return card

    def show_page(self, page: CustomerPage) -> None:
        """Show this customer; the part of the history that is looked at stays."""
        if page == self._page:
            return
        self._page = page
        customer = page.customer
        self._pages.setCurrentIndex(1)
        self._memberships.show(customer.id)
        self.name.setText(customer.name)
        self._email.setText(customer.email)
        self._phone.setText(customer.phone)
        self._email.setVisible(bool(customer.email))
        self._phone.setVisible(bool(customer.phone))
        since = date_short(customer.since.astimezone().date())
        self._since.setText(tr("Customer since {day}", day=since))
        self._spent.value.setText(", ".join(money(sum_) for sum_ in page.spent) or "–")
        self._bookings.value.setText(number(page.counts.bookings))
        self._tickets.value.setText(number(page.counts.tickets))
        self.notes.setVisible(bool(customer.notes))
        if self.notes.toPlainText() != customer.notes:
            self.notes.setPlainText(customer.notes)
        self._fit_notes()
        self._show_part()

    def _fit_notes(self) -> None:
        """As high as the notes, until they scroll."""
        lines = round(self.notes.document().size().height())
        height = lines * self.notes.fontMetrics().lineSpacing() + _AROUND_NOTES
        self.notes.setFixedHeight(min(height, _NOTES_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Notes break elsewhere in another width."""
        super().resizeEvent(event)
        self._fit_notes()

    def _show_part(self) -> None:
        page, part = self._page, self.parts.choice()
        if page is None or part not in PARTS:
            return
        lines = lines_of(page, part)
        self.history.show_lines(lines)
        self.history.setVisible(bool(lines))
        self._nothing.setText(nothing_in(part))
        self._nothing.setVisible(not lines)
        self._rest.setVisible(not lines)
        whole = count_of(page, part)
        self._more.setVisible(len(lines) < whole)
        self._more.setText(
            tr("The newest {shown} of {all}", shown=number(len(lines)), all=number(whole))
        )
