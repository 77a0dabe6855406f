"""The chip for one event among perhaps thousands: a search above, what it finds below."""

from __future__ import annotations

from PySide6.QtCore import (
    QPoint,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.fields import SearchField
from ui.widgets.filters import FilterChip
from ui.widgets.frames import Label
from ui.widgets.rows import Index

_POPUP = Qt.WindowType.Popup
_ANY_CASE = Qt.CaseSensitivity.CaseInsensitive
_HAS_FOCUS = QStyle.StateFlag.State_HasFocus
_ROW = 34
_DOWN = Qt.Key.Key_Down
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Rows(QStyledItemDelegate):
    """Rows high enough for a finger, with air beside the words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All alike."""
        return QSize(0, _ROW)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """No frame of its own around the current row."""
        super().initStyleOption(option, index)
        option.state &= ~_HAS_FOCUS
        option.text = f" {option.text}"


class EventPopup(QFrame):
    """Type to find; Return or a click takes the event. `picked` carries its place, -1 for all."""

    picked = Signal(int)

    def __init__(self, titles: list[str], everything: str, *, parent: QWidget) -> None:
        super().__init__(parent, _POPUP)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = SearchField(tr("Search events"))
        self.list = QListView()
        self.list.setAccessibleName(tr("Events"))
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self._nothing = Label(tr("No event is called so."), "muted")
        self._nothing.setContentsMargins(8, 8, 8, 8)
        self._nothing.hide()
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(QStringListModel([everything, *titles], self))
        self._found.setFilterCaseSensitivity(_ANY_CASE)
        self.list.setModel(self._found)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing)
        self.setFixedSize(360, 380)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._take_first)
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self.search.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card of its own."""
        painter = painting.begin(self)
        look = theme.current()
        fill, line = look.colour("surface"), look.colour("line-strong")
        painting.ground(painter, QRectF(self.rect()), radius=0, fill=fill, line=line)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the search into the list."""
        if event.key() == _DOWN and self.search.hasFocus():
            self.list.setFocus()
            self.list.setCurrentIndex(self._found.index(0, 0))
        elif event.key() in _RETURN and self.list.hasFocus():
            self._take(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def _narrow(self, text: str) -> None:
        self._found.setFilterFixedString(text.strip())
        found = self._found.rowCount() > 0
        self.list.setVisible(found)
        self._nothing.setVisible(not found)

    def _take_first(self) -> None:
        self._take(self._found.index(0, 0))

    def _take(self, index: Index) -> None:
        if index.isValid():
            row = self._found.mapToSource(self._found.index(index.row(), 0)).row()
            self.picked.emit(row - 1)
            self.close()


class EventChip(FilterChip):
    """Opens an `EventPopup` where other chips have a menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._events: tuple[tuple[str, str], ...] = ()
        super().__init__(tr("Event"), everything=tr("All events"), parent=parent)

    def set_events(self, events: tuple[tuple[str, str], ...]) -> None:
        """The (id, title) pairs to choose from."""
        self._events = events

    def show_event(self, event_id: str) -> None:
        """Show the event as asked for, telling nobody."""
        self.choose(event_id, dict(self._events).get(event_id, ""))

    def open_menu(self) -> None:
        """The search below the chip."""
        titles = [" ".join(title[:200].split()) for _, title in self._events]
        popup = EventPopup(titles, tr("All events"), parent=self)
        popup.picked.connect(self._on_picked)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        popup.show()

    def _on_picked(self, place: int) -> None:
        key = self._events[place][0] if place >= 0 else ""
        self.show_event(key)
        self.chosen.emit(key)
