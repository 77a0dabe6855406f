"""The price list of a performance or a series, with how it is typed printed below it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.events import PriceType
from app.domain.programme import Prices
from app.domain.seating import Zone
from ui.errors import field_words
from ui.i18n import plural, tr
from ui.widgets.frames import Card, Empty, Label
from ui.widgets.marks import KeyCap
from ui.widgets.price_table import PriceRow, PriceTable


class PricesCard(Card):
    """`priced` carries the whole list whenever it can be read; `all_chosen` the tick for siblings."""

    priced = Signal(object)
    all_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=20, parent=parent)
        self._shown: tuple[object, ...] = ()
        self._typed: Prices | None = None
        self.table = PriceTable(accessible=tr("Prices"))
        self.problem = Label("", "bad", wrap=True)
        self.problem.hide()
        self.for_all = QCheckBox("")
        self._none = Empty(
            tr("No seating plan yet"),
            tr("Prices go by the zones of the venue's plan. Import a plan on the page Venues."),
            icon="map",
        )
        self._currency = Label("", "muted")
        head = QHBoxLayout()
        head.addWidget(Label(tr("Prices"), "lead"))
        head.addStretch(1)
        head.addWidget(self._currency)
        self._help = QWidget()
        keys = QHBoxLayout(self._help)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(6)
        for key, text in (
            (tr("Enter"), tr("down")),
            ("Tab", tr("right")),
            ("Ctrl+V", tr("paste a block")),
            (tr("Del"), tr("not sold")),
        ):
            keys.addWidget(KeyCap(key))
            keys.addWidget(Label(text, "small"))
            keys.addSpacing(8)
        keys.addStretch(1)
        self.body.addLayout(head)
        for part in (self.table, self._none, self.problem, self._help, self.for_all):
            self.body.addWidget(part)
        self.table.prices.edited.connect(self._on_edited)
        self.for_all.toggled.connect(self.all_chosen)

    def show_prices(
        self,
        zones: tuple[Zone, ...],
        types: tuple[PriceType, ...],
        *,
        prices: Prices,
        currency: str,
    ) -> None:
        """Show this list; what a person is typing is left alone."""
        self._currency.setText(tr("in {currency}, tax included", currency=currency))
        self.table.setVisible(bool(zones))
        self._help.setVisible(bool(zones))
        self._none.setVisible(not zones)
        shape = (zones, types, currency)
        if shape == self._shown and prices == self._typed:
            return
        self._shown, self._typed = shape, dict(prices)
        rows = [PriceRow(zone.no, zone.name, zone.colour) for zone in zones]
        kinds = [(kind.id, kind.name, kind.short) for kind in types]
        self.table.prices.show(rows, kinds, prices=prices, currency=currency)

    def show_siblings(self, count: int, *, chosen: bool) -> None:
        """Offer the same list for `count` other performances."""
        self.for_all.setVisible(count > 0)
        text = plural(
            "Same prices for {count} other performance with this plan",
            "Same prices for {count} other performances with this plan",
            count,
        )
        self.for_all.setText(text)
        if self.for_all.isChecked() != chosen:
            self.for_all.setChecked(chosen)

    def readable(self) -> bool:
        """Whether every place holds an amount or nothing; says so below when one does not."""
        self._on_edited()
        return self.problem.isHidden()

    def show_problem(self, sentence: str) -> None:
        """What is wrong with the list."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _on_edited(self) -> None:
        try:
            prices = self.table.prices.prices()
        except Invalid as error:
            self.show_problem(field_words(error.problems)["prices"])
            return
        self.show_problem("")
        self._typed = prices
        self.priced.emit(prices)
