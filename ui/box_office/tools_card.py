"""How the house is shown: what its colours say, and whether as a map or as a list."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ui.box_office.colouring import NAMES, ColourBy
from ui.i18n import tr
from ui.widgets.buttons import Button


class ToolsCard(QWidget):
    """`coloured` when the colours are to say something else, `listed` when the other form is wanted."""

    coloured = Signal(object)
    listed = Signal()

    def __init__(self, *, staff: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = ColourBy.PRICE
        self._tight = False
        self.button = Button("", icon="eye", height="chip")
        self.menu = QMenu(self)
        self._group = QActionGroup(self)
        for by in ColourBy:
            action = self.menu.addAction(tr(NAMES[by]))
            action.setCheckable(True)
            action.setData(by.value)
            self._group.addAction(action)
        self.list = Button("", icon="list", height="chip", accessible=tr("As a list (Ctrl+T)"))
        self.list.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button)
        row.addWidget(self.list)
        self.button.setVisible(staff)
        self.button.clicked.connect(self.open_menu)
        self._group.triggered.connect(self._on_action)
        self.list.toggled.connect(self._on_list)
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Where room is scarce the words give way to the icon."""
        if tight != self._tight:
            self._tight = tight
            self._show()

    @property
    def as_list(self) -> bool:
        """Whether the seats are wanted as a list."""
        return self.list.isChecked()

    def reset(self) -> None:
        """Another house: by price again."""
        self.colour = ColourBy.PRICE
        self._show()

    def next_colour(self) -> None:
        """The colours say the next thing."""
        if not self.button.isHidden():
            kinds = list(ColourBy)
            self.choose(kinds[(kinds.index(self.colour) + 1) % len(kinds)])

    def choose(self, by: ColourBy) -> None:
        """The colours say this."""
        self.colour = by
        self._show()
        self.coloured.emit(by)

    def open_menu(self) -> None:
        """Offer what the colours can say."""
        width = self.menu.sizeHint().width()
        corner = QPoint(self.button.width() - width, self.button.height() + 4)
        self.menu.popup(self.button.mapToGlobal(corner))

    def _show(self) -> None:
        name = tr(NAMES[self.colour])
        self.button.setText("" if self._tight else name)
        self.button.setAccessibleName(tr("Colours show: {what}", what=name))
        self.button.setToolTip(tr("Colours show: {what} (Ctrl+M)", what=name))
        self.button.updateGeometry()
        for action in self._group.actions():
            action.setChecked(action.data() == self.colour.value)

    def _on_action(self, action: QAction) -> None:
        self.choose(ColourBy(action.data()))

    def _on_list(self, _checked: bool) -> None:
        self.listed.emit()
