"""What is written on a booking: its name, whose it is, notes, until when it is kept, and who comes."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.booking_details import pasted_names
from app.domain.errors import Conflict
from app.domain.tickets import Booking, BookingStatus
from ui.bookings.acting import Details
from ui.bookings.state import State
from ui.errors import Level, field_words, words
from ui.i18n import plural, tr
from ui.widgets.buttons import Button
from ui.widgets.contact_field import ContactField
from ui.widgets.fields import Field, in_row
from ui.widgets.forms import ClockField, DayField, TextArea
from ui.widgets.frames import Label
from ui.widgets.notice import NoticeBar

_WIDTH = 520


class EditDialog(QDialog):
    """`agreed` carries the `Details` that were typed; it stays until `accept`, saying what is in the way.
    `looked_for` asks for customers: whoever answers gives them to `contact`."""

    agreed = Signal(object)
    looked_for = Signal(str)

    def __init__(self, booking: Booking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._booking = booking
        self._version = booking.version
        self.setWindowTitle(tr("Name, customer and notes"))
        self.setFixedWidth(_WIDTH)
        self.notice = NoticeBar()
        self.name = Field(
            tr("Name of the booking"),
            hint=tr("A group, or whoever comes for it"),
            value=booking.name,
        )
        self.name.edit.setMaxLength(100)
        self.contact = ContactField(
            tr("Customer"), customer_id=booking.customer_id, name=booking.customer
        )
        self.notes = TextArea(tr("Notes"), height=76)
        self.notes.set_text(booking.notes)
        until = booking.expires_at.astimezone() if booking.expires_at is not None else None
        self.day = DayField(tr("Kept until"), value=None if until is None else until.date())
        self.clock = ClockField(tr("Time"), value=None if until is None else until.time())
        self.names = TextArea(
            tr("Who comes"),
            hint=tr("Paste a list here: one name a line, in the order of the seats"),
        )
        self._before = _names(booking)
        self.names.set_text(self._before)
        self.count = Label("", "small")
        self.save = Button(tr("Save"), look="primary", key="Ctrl+S")
        self.stay = Button(tr("Cancel"), key="Esc")
        self._lay_out()
        self.contact.looked_for.connect(self.looked_for)
        self.names.edited.connect(self._show_count)
        self.save.clicked.connect(self._agree)
        self.name.entered.connect(self._agree)
        self.stay.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._agree)
        self._show_count()
        self.name.edit.setFocus()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        title = tr("Booking {number}", number=self._booking.number)
        column.addWidget(Label(title, "title"))
        column.addWidget(self.notice)
        for part in (self.name, self.contact, self.notes):
            column.addWidget(part)
        column.addLayout(in_row(self.day, self.clock))
        reserved = self._booking.status is BookingStatus.RESERVED
        self.day.setVisible(reserved)
        self.clock.setVisible(reserved)
        column.addWidget(self.names)
        column.addWidget(self.count)
        column.addSpacing(4)
        column.addLayout(row)

    def show_state(self, state: State) -> None:
        """What came of saving: beside the fields, or above them when somebody else was faster."""
        self.save.setEnabled(not state.busy)
        said = field_words(state.problems)
        for name, field in (
            ("name", self.name),
            ("notes", self.notes),
            ("until", self.day),
            ("attendee", self.names),
        ):
            field.set_problem(said.get(name, ""))
        problem, opened = state.problem, state.opened
        if isinstance(problem, Conflict) and opened is not None:
            self._version = opened.booking.version
            text = tr(
                "Somebody else has just changed this booking: it is called {name} now, for {customer}. Save"
                " again to put yours in its place.",
                name=opened.booking.name or tr("nothing"),
                customer=opened.booking.customer or tr("nobody"),
            )
            self.notice.say(text, level=Level.WARN)
        elif problem is not None:
            self.notice.say(words(problem), level=Level.BAD)
        else:
            self.notice.clear()

    def _show_count(self, _text: str = "") -> None:
        named = len(pasted_names(self.names.text()))
        live = len(self._booking.live)
        text = plural(
            "{named} names for {count} ticket",
            "{named} names for {count} tickets",
            live,
            named=named,
        )
        self.count.setText(text)

    def _until(self) -> datetime | None:
        day, clock = self.day.day(), self.clock.clock()
        if self._booking.status is not BookingStatus.RESERVED or day is None or clock is None:
            return None
        typed = datetime.combine(day, clock).astimezone(UTC)
        before = self._booking.expires_at
        # the form shows minutes: what was not touched stays as it is
        same = before is not None and before.replace(second=0, microsecond=0) == typed
        return None if same else typed

    def _agree(self) -> None:
        problem = self.contact.problem_of()
        self.contact.set_problem(problem)
        if problem or not self.save.isEnabled():
            return
        names = self.names.text()
        self.agreed.emit(
            Details(
                name=self.name.text(),
                customer_id=self.contact.customer_id,
                notes=self.notes.text().strip(),
                version=self._version,
                until=self._until(),
                names=pasted_names(names) if names != self._before else None,
            )
        )


def _names(booking: Booking) -> str:
    """Who comes, as a list that can be pasted again; only where no seat before has nobody."""
    ordered = sorted(booking.live, key=lambda ticket: (ticket.performance_id, ticket.seat_no))
    found = [ticket.attendee for ticket in ordered]
    while found and not found[-1]:
        found.pop()
    return "\n".join(found) if all(found) else ""
