"""Card payments nobody can account for yet, and the two things to do about each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.cards import AttemptKind, CardAttempt
from ui.i18n import moment, money, tr
from ui.payments.cards import Cards
from ui.payments.words import attempt_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Empty, Label
from ui.widgets.marks import Dot

_WIDEST = 880


class _AttemptCard(Card):
    """One of them."""

    asked = Signal(str)
    undone = Signal(str)

    def __init__(self, attempt: CardAttempt) -> None:
        super().__init__()
        self.attempt = attempt
        refund = attempt.kind is AttemptKind.REFUND
        title = tr("Refund of {amount}") if refund else tr("Charge of {amount}")
        where = tr(
            "{when}, {operator} at {station}",
            when=moment(attempt.created_at),
            operator=attempt.operator,
            station=attempt.station_code,
        )
        if attempt.booking_number:
            where += ", " + tr("booking {number}", number=attempt.booking_number)
        if attempt.card:
            where += f", {attempt.card}"
        self.ask = Button(tr("Ask the terminal"), icon="refresh")
        self.undo = Button(tr("Undo it"), look="quiet", icon="undo")
        self.ask.setVisible(attempt.in_doubt)
        words = QVBoxLayout()
        words.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Dot("warn" if attempt.in_doubt else "bad"))
        head.addWidget(Label(title.format(amount=money(attempt.amount)), "lead"), 1)
        words.addLayout(head)
        words.addWidget(Label(where, "muted"))
        words.addWidget(Label(attempt_words(attempt), "text", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(row)
        self.ask.clicked.connect(self._on_ask)
        self.undo.clicked.connect(self._on_undo)

    def show_busy(self, *, busy: bool, terminal: bool) -> None:
        """Nothing is pressed twice while the terminal is asked."""
        for button in (self.ask, self.undo):
            button.setEnabled(terminal and not busy)
        self.ask.setText(tr("Asking …") if busy else tr("Ask the terminal"))

    def _on_ask(self) -> None:
        self.asked.emit(self.attempt.id)

    def _on_undo(self) -> None:
        self.undone.emit(self.attempt.id)


class CardsPage(QWidget):
    """Shows `Cards`."""

    def __init__(self, cards: Cards, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = cards
        self._shown: tuple[CardAttempt, ...] | None = None
        self._empty = Empty(
            tr("Every card payment is accounted for"),
            tr("When a terminal does not answer, the payment waits here until it was asked again."),
            icon="check-circle",
        )
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(scroll)
        self._list = scroll
        cards.changed.connect(self.show_state)

    def parts(self) -> list[_AttemptCard]:
        """The cards on show."""
        return self.findChildren(_AttemptCard)

    def show_state(self) -> None:
        """Show what is in doubt."""
        state = self.cards.state
        self._stack.setCurrentWidget(self._list if state.attempts else self._empty)
        if state.attempts != self._shown:
            self._shown = state.attempts
            self._fill(state.attempts)
        for part in self.parts():
            part.show_busy(busy=part.attempt.id in state.busy, terminal=self.cards.terminal)

    def _fill(self, attempts: tuple[CardAttempt, ...]) -> None:
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        for position, attempt in enumerate(attempts):
            part = _AttemptCard(attempt)
            part.asked.connect(self.cards.ask_terminal)
            part.undone.connect(self.cards.undo)
            self._column.insertWidget(position, part)
