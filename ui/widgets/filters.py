"""Filters as chips: what is asked for stands on the chip, a menu or a pair of days below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.typed_dates import day_brief
from ui.widgets import painting
from ui.widgets.buttons import Button, Pressable
from ui.widgets.forms import DayField

_FIXED = QSizePolicy.Policy.Fixed
_POPUP = Qt.WindowType.Popup
_WIDEST = 220


class FilterChip(Pressable):
    """One question: its name while nothing is asked, the answer in bold once something is.

    `chosen` carries the key of the option, "" for all.
    """

    chosen = Signal(str)

    def __init__(self, name: str, *, everything: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._name = name
        self._options: list[tuple[str, str]] = []
        self._everything = everything
        self._key = ""
        self._words = ""
        self.setSizePolicy(_FIXED, _FIXED)
        self.choices = QMenu(self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._triggered)
        self.clicked.connect(self.open_menu)
        self.set_options(())

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other (key, words) to choose from; what is asked stays asked."""
        if self._options and list(options) == self._options:
            return
        self._options = list(options)
        for action in self._group.actions():
            self._group.removeAction(action)
        self.choices.clear()
        for key, words in [("", self._everything), *self._options]:
            action = self.choices.addAction(words.replace("&", "&&"))
            action.setData(key)
            action.setCheckable(True)
            self._group.addAction(action)
            if not key and self._options:
                self.choices.addSeparator()
        self.choose(self._key)

    def choice(self) -> str:
        """The key asked for, "" for all."""
        return self._key

    def choose(self, key: str, words: str = "") -> None:
        """Show `key` as asked for without telling anybody; `words` when it is not among the options."""
        self._key = key
        self._words = words or next((w for k, w in self._options if k == key), "")
        for action in self._group.actions():
            action.setChecked(action.data() == key)
        said = self._words or self._everything
        self.setAccessibleName(tr("{name}: {choice}", name=self._name, choice=said))
        self.setToolTip(self._words)
        self.updateGeometry()
        self.update()

    def open_menu(self) -> None:
        """Show the choices below the chip."""
        self.choices.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _triggered(self, action: QAction) -> None:
        key = str(action.data())
        self.choose(key)
        self.chosen.emit(key)

    def _shown(self) -> str:
        return self._words or self.text()

    def sizeHint(self) -> QSize:
        """Words and arrow; a long answer gives way."""
        look = theme.current()
        words = painting.width_of(self._shown(), look.font("chip-type", painting.SEMIBOLD))
        return QSize(min(round(words + 0.5) + 13 + 30, _WIDEST), look.size("chip"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A pill; framed in the action's colour and bold once something is asked."""
        painter = painting.begin(self)
        look = theme.current()
        rect = QRectF(self.rect())
        asked = bool(self._key)
        fill = "hover" if self.underMouse() or self.isDown() else "surface"
        painting.ground(
            painter,
            rect,
            radius=self.height() / 2,
            fill=look.colour("action-soft" if asked else fill),
            line=look.colour("action" if asked else "line"),
        )
        weight = painting.SEMIBOLD if asked else painting.REGULAR
        words = QRectF(13, 0, self.width() - 13 - 28, self.height())
        font = look.font("chip-type", weight)
        painting.words(painter, words, self._shown(), font=font, ink=look.colour("text"))
        at = QPointF(self.width() - 26, (self.height() - 16) / 2)
        painting.glyph(painter, at, "chevron-down", "muted", size=16)
        if self.ringed:
            painting.ring(painter, rect, radius=self.height() / 2)
        painter.end()


class DaysPopup(QFrame):
    """From a day to a day; `chosen` carries both, each None when open."""

    chosen = Signal(object, object)

    def __init__(self, since: date | None, until: date | None, *, parent: QWidget) -> None:
        super().__init__(parent, _POPUP)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.since = DayField(tr("From"), value=since)
        self.until = DayField(tr("To"), value=until)
        show = Button(tr("Show"), look="primary")
        row = QHBoxLayout()
        row.setSpacing(12)
        for field in (self.since, self.until):
            field.setFixedWidth(176)
            row.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(show, 0, Qt.AlignmentFlag.AlignRight)
        show.clicked.connect(self._show)
        self.until.entered.connect(self._show)
        self.since.edit.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card of its own."""
        painter = painting.begin(self)
        look = theme.current()
        fill, line = look.colour("surface"), look.colour("line-strong")
        painting.ground(painter, QRectF(self.rect()), radius=0, fill=fill, line=line)
        painter.end()

    def _show(self) -> None:
        since, until = self.since.day(), self.until.day()
        if since and until and until < since:
            self.until.set_problem(tr("This is before the first day."))
            return
        self.chosen.emit(since, until)
        self.close()


class DaysChip(FilterChip):
    """A range of days: the usual ones by name, any other between two days.

    `ranged` carries (since, until), each a date or None; the chip knows no calendar itself: the
    options' days are given with `set_ranges`.
    """

    ranged = Signal(object, object)

    def __init__(self, name: str, *, everything: str, parent: QWidget | None = None) -> None:
        super().__init__(name, everything=everything, parent=parent)
        self._ranges: dict[str, tuple[date | None, date | None]] = {}
        self.days: tuple[date | None, date | None] = (None, None)
        self.chosen.connect(self._named)

    def set_ranges(self, ranges: Sequence[tuple[str, str, date | None, date | None]]) -> None:
        """(key, words, since, until) each; "between" is added."""
        self._ranges = {key: (since, until) for key, _, since, until in ranges}
        options = [(key, words) for key, words, _, _ in ranges]
        self.set_options([*options, ("between", tr("Between two days …"))])

    def show_days(self, since: date | None, until: date | None) -> None:
        """Show a range as asked for, telling nobody."""
        self.days = (since, until)
        named = next((key for key, days in self._ranges.items() if days == self.days), "")
        if self.days == (None, None):
            self.choose("")
        elif named:
            self.choose(named)
        else:
            self.choose("between", _between(since, until))

    def _named(self, key: str) -> None:
        if key == "between":
            self.show_days(*self.days)
            popup = DaysPopup(*self.days, parent=self)
            popup.chosen.connect(self._take)
            popup.adjustSize()
            popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
            popup.show()
            return
        self._take(*self._ranges.get(key, (None, None)))

    def _take(self, since: date | None, until: date | None) -> None:
        self.show_days(since, until)
        self.ranged.emit(since, until)


def _between(since: date | None, until: date | None) -> str:
    if since and until and since == until:
        return day_brief(since)
    if since and until:
        return tr("{first} to {last}", first=day_brief(since), last=day_brief(until))
    if since:
        return tr("from {day}", day=day_brief(since))
    return tr("until {day}", day=day_brief(until)) if until else ""
