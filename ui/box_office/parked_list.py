"""Baskets that were put aside: who they are for, what is in them, one press to go on."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.baskets import KeptBasket
from ui import theme
from ui.i18n import moment_brief, plural, tr
from ui.widgets.buttons import Button


def parked_words(basket: KeptBasket) -> str:
    """One of them in a line: its name, what is in it, where and when it was put aside."""
    count = len(basket.lines)
    what = plural("{count} place", "{count} places", count) if count else tr("goods")
    when = "" if basket.updated_at is None else moment_brief(basket.updated_at)
    name = basket.name or basket.operator
    return tr(
        "{name}: {what}, {station}, {when}",
        name=name,
        what=what,
        station=basket.station_code,
        when=when,
    )


class ParkedButton(Button):
    """How many there are; pressed, which. `chosen` carries the basket's id."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", icon="pause", height="chip", parent=parent)
        self.choices = QMenu(self)
        self._shown: tuple[KeptBasket, ...] | None = None
        self.clicked.connect(self.open_menu)
        self.choices.triggered.connect(self._on_triggered)
        self.show_parked((), enabled=True)

    def show_parked(self, parked: tuple[KeptBasket, ...], *, enabled: bool) -> None:
        """Offer these; hidden while there are none. Only an empty basket takes one up."""
        self.setVisible(bool(parked))
        self.setEnabled(enabled)
        self.setToolTip("" if enabled else tr("Finish or park this basket first."))
        if parked == self._shown:
            return
        self._shown = parked
        self.setText(plural("{count} parked", "{count} parked", len(parked)))
        self.updateGeometry()
        self.choices.clear()
        for basket in parked:
            action = self.choices.addAction(
                theme.icon("ticket", "muted", size=16), parked_words(basket)
            )
            action.setData(basket.id)

    def open_menu(self) -> None:
        """Show them below the button."""
        if self.isVisible() and self.isEnabled():
            self.choices.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
            first = self.choices.actions()
            if first:
                self.choices.setActiveAction(first[0])

    def _on_triggered(self, action: object) -> None:
        data = getattr(action, "data", None)
        if data is not None:
            self.chosen.emit(str(data()))
