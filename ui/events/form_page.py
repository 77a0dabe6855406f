"""What the long forms of the programme share: the way back, the offer of unsaved work, what somebody
else changed meanwhile, and the button that saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.errors import Conflict, HouselightsError
from ui.errors import Level, level, words
from ui.events.words import field_name
from ui.i18n import moment, tr
from ui.viewmodel import Difference
from ui.widgets.buttons import Button
from ui.widgets.frames import Header, Label
from ui.widgets.notice import NoticeBar, Sign

_RIGHT = Qt.AlignmentFlag.AlignRight
_LONGEST = 160


class OfferBar(QFrame):
    """Unsaved work of last time: continue there, or discard it."""

    resumed = Signal()
    discarded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label("", wrap=True)
        self.go_on = Button(tr("Continue where you were"), height="chip")
        self.drop = Button(tr("Discard"), look="quiet", height="chip")
        sign = Sign()
        sign.show_level(Level.WARN, "warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(sign)
        row.addWidget(self._words, 1)
        row.addWidget(self.go_on)
        row.addWidget(self.drop)
        self.go_on.clicked.connect(self.resumed)
        self.drop.clicked.connect(self.discarded)
        self.hide()

    def offer(self, at: datetime | None) -> None:
        """Say that work of this moment is there; None says nothing."""
        self.setVisible(at is not None)
        if at is not None:
            self._words.setText(tr("You left unsaved work here on {when}.", when=moment(at)))


class ConflictCard(QFrame):
    """Field by field what somebody else saved meanwhile, beside what is typed here.

    `taken` carries the field whose change shall stand, `settled` fires when the form shall be saved
    as it is now.
    """

    taken = Signal(str)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Difference, ...] = ()
        self.sentence = Label("", "strong", wrap=True)
        self.save = Button(tr("Save this form"), look="primary", height="chip")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._grid.setColumnStretch(3, 1)
        sign = Sign()
        sign.show_level(Level.WARN, "warn")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(sign)
        top.addWidget(self.sentence, 1)
        top.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(self._grid)
        self.save.clicked.connect(self.settled)
        self.hide()

    def show_differences(
        self, found: Sequence[Difference] | None, *, shown_as: Callable[[str, str], str]
    ) -> None:
        """Show these; None hides the card. `shown_as(field, value)` puts a value into words."""
        self.setVisible(found is not None)
        if found is None or tuple(found) == self._shown:
            self._shown = tuple(found or ())
            return
        self._shown = tuple(found)
        self._empty()
        text = tr("Somebody else saved this while you were typing. Nothing of yours is lost.")
        if not found:
            text = tr(
                "Somebody else saved this while you were typing, in other fields than yours."
                " Both changes go together."
            )
        self.sentence.setText(text)
        if not found:
            return
        for column, title in enumerate((tr("Field"), tr("It was"), tr("Theirs"), tr("Yours"))):
            self._grid.addWidget(Label(title, "heading"), 0, column)
        for row, difference in enumerate(found, 1):
            self._add(row, difference, shown_as)

    def _add(self, row: int, difference: Difference, shown_as: Callable[[str, str], str]) -> None:
        name = difference.field
        self._grid.addWidget(Label(field_name(name), "muted"), row, 0)
        values = (difference.before, difference.theirs, difference.mine)
        for column, value in enumerate(values, 1):
            text = shown_as(name, value) or "–"
            short = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
            label = Label(short, "strong" if column == 2 else "text", wrap=True)
            self._grid.addWidget(label, row, column)
        take = Button(tr("Take theirs"), height="chip")
        take.setObjectName(name)
        take.clicked.connect(self._take)
        self._grid.addWidget(take, row, 4, _RIGHT)

    def _take(self) -> None:
        self.taken.emit(self.sender().objectName())

    def _empty(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class EditorFrame(QWidget):
    """A page with a form: `body` is where its parts go, `left` fires when one wants to leave."""

    left = Signal()

    def __init__(self, *, back: str, save: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = Button(back, look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.header = Header("")
        self.kept = Label("", "small")
        self.save = Button(save, look="primary", icon="check", key="Ctrl+S")
        self.notice = NoticeBar()
        self.offer = OfferBar()
        self.conflict = ConflictCard()
        self.header.buttons.addWidget(self.kept, 0, Qt.AlignmentFlag.AlignVCenter)
        self.header.buttons.addWidget(self.save)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.body = QHBoxLayout(inside)
        self.body.setContentsMargins(24, 4, 24, 24)
        self.body.setSpacing(16)
        self._scroll.setWidget(inside)
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(24, 8, 24, 12)
        head.setSpacing(12)
        for part in (self.header, self.notice, self.offer, self.conflict):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        self.back.clicked.connect(self.left)

    def chain(self, *parts: QWidget) -> None:
        """Tab goes through these, then to the button that saves."""
        for before, after in pairwise((*parts, self.save)):
            QWidget.setTabOrder(before.focusProxy() or before, after.focusProxy() or after)

    def show_problem(self, problem: HouselightsError | None) -> None:
        """Say why it was not saved; a conflict has its own card."""
        if problem is None or isinstance(problem, Conflict):
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=level(problem))

    def show_kept(self, *, changed: bool) -> None:
        """Say quietly that what is typed is kept."""
        self.kept.setText(tr("Not saved yet, but kept if the power fails") if changed else "")
