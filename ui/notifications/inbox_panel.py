"""The panel that slides out beside the rail: what the operator was told, newest first."""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    QPropertyAnimation,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.notifications import Notification
from ui import theme
from ui.errors import Level, words
from ui.i18n import plural, tr
from ui.notifications.inbox import Inbox
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import ROW_ROLE, Column, Index, RowsModel
from ui.widgets.told import detail, heading, sign, when_words
from ui.widgets.veil import Veil

_WIDTH = 420
_ROW = 84
_SLIDES_MS = 140
_DISC = 36
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ESCAPE = Qt.Key.Key_Escape
_RESIZE = QEvent.Type.Resize
_SELECTED = QStyle.StateFlag.State_Selected
_HOVERED = QStyle.StateFlag.State_MouseOver
_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class _Row(QStyledItemDelegate):
    """A disc with the sign of the kind, what happened in bold while it is new, more below, when."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All the same height."""
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, disc, words, and a dot while it is new."""
        told: Notification = index.data(ROW_ROLE)
        look, new = theme.current(), told.read_at is None
        rect = QRectF(option.rect).adjusted(8, 2, -8, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (_SELECTED | _HOVERED):
            token = "row-chosen" if option.state & _SELECTED else "hover"
            painting.ground(painter, rect, radius=look.size("radius-row"), fill=look.colour(token))
        self._paint_disc(painter, rect, told)
        left = rect.left() + 12 + _DISC + 12
        width = rect.right() - 14 - left
        self._paint_words(painter, QRectF(left, rect.top() + 8, width, rect.height()), told)
        if new:
            dot = QRectF(rect.right() - 20, rect.top() + 15, 8, 8)
            painting.ground(painter, dot, radius=4, fill=look.colour("action"))
        painter.restore()

    @staticmethod
    def _paint_disc(painter: QPainter, rect: QRectF, told: Notification) -> None:
        icon, token = sign(told.kind)
        disc = QRectF(rect.left() + 12, rect.top() + 12, _DISC, _DISC)
        painting.ground(painter, disc, radius=_DISC / 2, fill=theme.current().colour("pressed"))
        painting.glyph(painter, QPointF(disc.left() + 9, disc.top() + 9), icon, token, size=18)

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRectF, told: Notification) -> None:
        look, new = theme.current(), told.read_at is None
        font = look.font("type", painting.SEMIBOLD if new else painting.REGULAR)
        above = QRectF(rect.left(), rect.top(), rect.width() - (22 if new else 0), 20)
        painting.words(
            painter, above, heading(told.kind, told.content), font=font, ink=look.colour("text")
        )
        small, muted = look.font("chip-type"), look.colour("muted")
        below = QRectF(rect.left(), rect.top() + 21, rect.width(), 20)
        painting.words(painter, below, detail(told.kind, told.content), font=small, ink=muted)
        when = QRectF(rect.left(), rect.top() + 42, rect.width(), 18)
        tiny = look.font("small-type")
        painting.words(painter, when, when_words(told.created_at), font=tiny, ink=muted)


class _List(QListView):
    """Return opens the current line; the end of the list asks for more."""

    opened = Signal(object)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(self))
        self.clicked.connect(self._on_clicked)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(ROW_ROLE))

    def _on_scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - 2 * _ROW:
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens."""
        if event.key() in _RETURN and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)


class InboxPanel(QFrame):
    """Over `host`'s left edge; `opened` carries the Notification to go to, `closed` that it went."""

    opened = Signal(object)
    closed = Signal()

    def __init__(self, inbox: Inbox, *, host: QWidget, left: int) -> None:
        super().__init__(host)
        self.setObjectName("inbox")
        self.setAutoFillBackground(False)
        self._inbox = inbox
        self._host = host
        self._left = left
        self.veil = Veil(host)
        self.rows: RowsModel[Notification] = RowsModel(
            (Column("", _spoken),), key=_key, parent=self
        )
        self.list = _List()
        self.list.setModel(self.rows)
        self.list.setAccessibleName(tr("News for you"))
        self.count = Label("", "muted")
        self.all_read = Button(tr("Mark all read"), look="quiet", icon="check", height="chip")
        self.shut = Button("", look="quiet", icon="x", height="chip", accessible=tr("Close"))
        self.notice = NoticeBar()
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(_SLIDES_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._lay_out()
        self.hide()
        self.veil.hide()
        host.installEventFilter(self)
        self.veil.pressed.connect(self.close_panel)
        self.shut.clicked.connect(self.close_panel)
        self.all_read.clicked.connect(inbox.mark_all_read)
        self.list.opened.connect(self._on_opened)
        self.list.ended.connect(inbox.read_more)
        inbox.changed.connect(self._show)

    def _lay_out(self) -> None:
        empty = Empty(
            tr("Nothing new"),
            tr("Sold-out houses, letters that did not arrive and your own bookings show up here."),
            icon="bell",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
        self._empty = empty
        top = QHBoxLayout()
        top.setContentsMargins(20, 0, 12, 0)
        top.setSpacing(4)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(Label(tr("News"), "title"))
        titles.addWidget(self.count)
        top.addLayout(titles, 1)
        top.addWidget(self.all_read)
        top.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 8)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.notice)
        column.addWidget(place, 1)

    def toggle(self) -> None:
        """Open it, or close it when it is open."""
        if self.isHidden():
            self.open_panel()
        else:
            self.close_panel()

    def open_panel(self, *, slide: bool = True) -> None:
        """Come out; the lines are read meanwhile."""
        self._inbox.look()
        self._place()
        for part in (self.veil, self):
            part.show()
            part.raise_()
        self.list.setFocus()
        if slide:
            self._slide.setStartValue(QPoint(self._left - 48, 0))
            self._slide.setEndValue(QPoint(self._left, 0))
            self._slide.start()

    def close_panel(self) -> None:
        """Go."""
        if self.isHidden():
            return
        self._slide.stop()
        self.hide()
        self.veil.hide()
        self._inbox.look_away()
        self.closed.emit()

    def _on_opened(self, told: Notification) -> None:
        self._inbox.mark_read(told)
        self.opened.emit(told)

    def _show(self) -> None:
        state = self._inbox.state
        self.rows.set_rows(state.lines)
        self._stack.setCurrentWidget(self._empty if state.loaded and not state.lines else self.list)
        self.count.setText(
            plural("{count} not read yet", "{count} not read yet", state.unread)
            if state.unread
            else tr("Everything is read")
        )
        self.all_read.setEnabled(state.unread > 0)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.WARN)

    def _place(self) -> None:
        height = self._host.height()
        self.setGeometry(self._left, 0, min(_WIDTH, self._host.width() - self._left), height)
        self.veil.setGeometry(self._left, 0, self._host.width() - self._left, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the host's edge."""
        if event.type() == _RESIZE and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == _ESCAPE:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ground of its own, and a hairline where it ends."""
        look = theme.current()
        painter = painting.begin(self)
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), look.colour("line"))
        painter.end()


def _key(told: Notification) -> str:
    return told.id


def _spoken(told: Notification) -> str:
    """For screen readers."""
    return f"{heading(told.kind, told.content)}. {detail(told.kind, told.content)}"
