"""The form of a venue in the panel at the right: name, address, clock, currency."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.house import CURRENCIES, zones
from ui.errors import field_words
from ui.i18n import tr
from ui.venues.houses import Houses
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField, TextArea
from ui.widgets.frames import Label, SidePanel


class FormPanel(SidePanel):
    """Shows the form of `Houses`; hidden while there is none."""

    def __init__(self, houses: Houses, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._houses = houses
        self._filled: str | None = None
        self.title = Label("", "title")
        self.name = Field(tr("Name"), hint=tr("Main house"))
        self.address = TextArea(tr("Address"), height=84)
        self.zone = ChoiceField(tr("Clock (time zone)"), [(zone, zone) for zone in zones()])
        self.currency = ChoiceField(tr("Currency"), [(code, code) for code in CURRENCIES])
        self._hint = Label(
            tr("Clock and currency count for performances made from now on."), "small", wrap=True
        )
        self._theirs = Label("", "warn", wrap=True)
        self.save = Button(tr("Save"), look="primary", icon="check", key="Ctrl+S")
        self.cancel = Button(tr("Not now"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save, 1)
        self.body.setSpacing(14)
        for part in (
            self.title,
            self.name,
            self.address,
            self.zone,
            self.currency,
            self._hint,
            self._theirs,
        ):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.body.addLayout(buttons)
        self.name.edited.connect(self._on_name)
        self.name.entered.connect(houses.save)
        self.address.edited.connect(self._on_address)
        self.zone.chosen.connect(self._on_zone)
        self.currency.chosen.connect(self._on_currency)
        self.save.clicked.connect(houses.save)
        self.cancel.clicked.connect(houses.close_form)
        houses.changed.connect(self._show)
        self._show()

    def _on_name(self, text: str) -> None:
        self._houses.type(name=text)

    def _on_address(self, text: str) -> None:
        self._houses.type(address=text)

    def _on_zone(self, key: str) -> None:
        self._houses.type(zone=key)

    def _on_currency(self, key: str) -> None:
        self._houses.type(currency=key)

    def _show(self) -> None:
        state = self._houses.state
        form = state.form
        self.setVisible(form is not None)
        if form is None:
            self._filled = None
            return
        if self._filled != form.id:
            self._filled = form.id
            self.name.set_text(form.name)
            self.address.set_text(form.address)
            self.name.setFocus()
        self.title.setText(tr("New venue") if state.new else tr("Edit venue"))
        self.zone.choose(form.zone)
        self.currency.choose(form.currency)
        said = field_words(state.problems)
        self.name.set_problem(said.get("name", "") or said.get("venue", ""))
        self.address.set_problem(said.get("address", ""))
        self.zone.set_problem(said.get("zone", ""))
        self.currency.set_problem(said.get("currency", ""))
        self._show_theirs()

    def _show_theirs(self) -> None:
        state = self._houses.state
        self._theirs.setVisible(state.theirs is not None)
        names = {
            "name": tr("Name"),
            "address": tr("Address"),
            "zone": tr("Clock"),
            "currency": tr("Currency"),
        }
        lines = [tr("Somebody else has saved this venue meanwhile. Save again to keep yours.")]
        for field, theirs, _ in state.differences():
            lines.append(tr("{field} there: {theirs}", field=names[field], theirs=theirs))
        self._theirs.setText("\n".join(lines))
