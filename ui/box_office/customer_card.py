"""Whom the basket is for: nobody in particular, until somebody is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.customers import CustomerLine
from ui import theme
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.buttons import Button, Pressable

_FIXED = QSizePolicy.Policy.Fixed
_EXPANDING = QSizePolicy.Policy.Expanding
_KEY = "F2"


class _Who(Pressable):
    """Icon, name, what reaches them below, the key at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._below = "", ""
        self.setSizePolicy(_EXPANDING, _FIXED)

    def show_customer(self, customer: CustomerLine | None) -> None:
        self._name = customer.name if customer else ""
        self._below = (customer.email or customer.phone) if customer else ""
        who = self._name or tr("Walk-up customer")
        self.setAccessibleName(tr("Customer: {who}", who=who))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line for a walk-up, two for somebody with a name."""
        return QSize(120, 48 if self._below else 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A sunk row; somebody's name is written strong."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        over = self.underMouse() and self.isEnabled()
        fill = look.colour("pressed" if self.isDown() else "hover" if over else "sunk")
        painting.ground(
            painter, rect, radius=look.size("radius-field"), fill=fill, line=look.colour("line")
        )
        if self.ringed:
            painting.ring(painter, rect, radius=look.size("radius-field"))
        middle = rect.center().y()
        icon_at = QPointF(12, round(middle) - 8)
        painting.glyph(painter, icon_at, "user", "text" if self._name else "muted", size=16)
        cap = painting.cap_size(_KEY)
        cap_at = QRectF(rect.right() - cap.width() - 12, middle - 9, cap.width(), cap.height())
        muted = look.colour("muted")
        painting.key_cap(painter, cap_at, _KEY, ink=muted, line=look.colour("line"), fill=None)
        room = QRectF(38, 0, cap_at.left() - 46, rect.height())
        self._paint_words(room, painter)
        painter.end()

    def _paint_words(self, room: QRectF, painter: QPainter) -> None:
        look = theme.current()
        text, muted = look.colour("text"), look.colour("muted")
        if not self._name:
            font = look.font("type")
            painting.words(painter, room, tr("Walk-up, no name needed"), font=font, ink=muted)
            return
        bold = look.font("type", painting.SEMIBOLD)
        if not self._below:
            painting.words(painter, room, self._name, font=bold, ink=text)
            return
        first = QRectF(room.left(), room.center().y() - 19, room.width(), 20)
        second = QRectF(room.left(), room.center().y() + 1, room.width(), 18)
        painting.words(painter, first, self._name, font=bold, ink=text)
        painting.words(painter, second, self._below, font=look.font("small-type"), ink=muted)


class CustomerCard(QWidget):
    """`asked` wants the picker, `dropped` a walk-up again."""

    asked = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.who = _Who()
        self.drop = Button(
            "", look="quiet", icon="x", height="chip", accessible=tr("Sell without a name")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.who, 1)
        row.addWidget(self.drop)
        self.who.clicked.connect(self.asked)
        self.drop.clicked.connect(self.dropped)
        self.show_customer(None, locked=False)

    def show_customer(self, customer: CustomerLine | None, *, locked: bool) -> None:
        """Whom the basket is for now; `locked` while it is being sold."""
        self.who.show_customer(customer)
        self.drop.setVisible(customer is not None)
        for part in (self.who, self.drop):
            part.setEnabled(not locked)
