"""The first start: the house in the dark at the left, two short pages at the right, and two more for a
computer that belongs to a shared house."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.domain.house import CURRENCIES, HouseSettings, zones
from app.services.settings import Opening
from ui import house_time
from ui.i18n import currency_name, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, PasswordField
from ui.widgets.form_panel import FormPanel, quiet_row
from ui.widgets.frames import Label, Rule
from ui.widgets.search_choice import SearchChoice
from ui.widgets.stage import StageWindow
from ui.wizard.found_page import FoundPage
from ui.wizard.join_page import JoinPage
from ui.wizard.joining import Joining
from ui.wizard.viewmodel import Step, Wizard, likely_currency, likely_zone


class WizardView(StageWindow):
    """Asks, lets one go back, and opens the house; `demo_wanted` when somebody only wants to look."""

    demo_wanted = Signal()

    def __init__(self, wizard: Wizard, *, joining: Joining, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wizard = wizard
        self._joining = joining
        self._own_currency = False
        self.house = Field(tr("What is the house called?"), hint=tr("Playhouse, Main Street"))
        self.zone = SearchChoice(
            tr("Time zone"),
            [(zone, zone.replace("_", " ")) for zone in zones()],
            hint=tr("Type a city: Berlin, Toronto, Tokyo"),
        )
        self.clock = Label("", "small")
        self.currency = SearchChoice(
            tr("Currency"), [(code, f"{code}  {currency_name(code)}") for code in CURRENCIES]
        )
        self.about_house = FormPanel(
            tr("Curtain up for your house"),
            tr("Two short pages, and the box office is open. All of it can be changed later."),
            fields={"house": self.house, "time_zone": self.zone, "currency": self.currency},
            button=tr("Go on"),
        )
        self.name = Field(tr("Your name"))
        self.email = Field(tr("E-mail, to sign in with"), hint=tr("you@theatre.org"))
        self.password = PasswordField(tr("Password, ten characters or more"))
        self.about_admin = FormPanel(
            tr("And who are you?"),
            tr("You will be the first administrator: you add everybody else."),
            fields={"name": self.name, "email": self.email, "password": self.password},
            button=tr("Open the house"),
            back=tr("Back"),
        )
        self.join_page, self.found_page = JoinPage(), FoundPage()
        self.demo = Button(tr("Demo theatre"), icon="sparkle")
        self.join = Button(tr("Join a house"), icon="house")
        self._lay_out()
        self._wire()
        self.zone.choose(likely_zone())
        self.currency.choose(likely_currency(likely_zone()))
        self._show_clock()
        self.house.edit.setFocus()
        self._show()

    def _wire(self) -> None:
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self._on_escape)
        self.zone.chosen.connect(self._on_zone)
        self.currency.chosen.connect(self._on_currency)
        self.about_house.submitted.connect(self._go_on)
        self.about_admin.submitted.connect(self._go_on)
        self.about_admin.went_back.connect(self._wizard.back)
        self.demo.clicked.connect(self.demo_wanted)
        self.join.clicked.connect(self._open_joining)
        self.join_page.submitted.connect(self._send_connection)
        self.join_page.went_back.connect(self._leave_joining)
        self.join_page.found.clicked.connect(self._open_founding)
        self.found_page.submitted.connect(self._send_server)
        self.found_page.went_back.connect(self._open_joining)
        self._joining.changed.connect(self._show_joining)
        self._wizard.changed.connect(self._show)

    def _lay_out(self) -> None:
        first = self.about_house.column
        first.insertWidget(first.indexOf(self.zone) + 1, self.clock)
        first.addSpacing(8)
        first.addWidget(Rule())
        first.addWidget(Label(tr("Not a new house?"), "muted"))
        first.addLayout(quiet_row(self.join, self.demo))
        for number, panel in enumerate((self.about_house, self.about_admin), 1):
            step = Label(tr("{number} of {all}", number=number, all=2), "heading")
            panel.column.insertWidget(panel.column.indexOf(panel.title), step)
            panel.column.addStretch(3)
            self.pages.addWidget(panel)
        for page in (self.join_page, self.found_page):
            self.pages.addWidget(page)

    def typed(self) -> Opening:
        """What stands in the fields of both pages."""
        return Opening(
            HouseSettings(
                self.house.text(),
                self.zone.choice() or self.zone.text(),
                self.currency.choice() or self.currency.text(),
            ),
            name=self.name.text(),
            email=self.email.text(),
            password=self.password.edit.text(),
        )

    def _go_on(self) -> None:
        self._wizard.go_on(self.typed())

    def _on_escape(self) -> None:
        shown = self.pages.currentWidget()
        if shown is self.found_page:
            self._open_joining()
        elif shown is self.join_page:
            self._leave_joining()
        else:
            self._wizard.back()

    def _open_joining(self) -> None:
        self._turn_to(self.join_page)

    def _open_founding(self) -> None:
        self._turn_to(self.found_page)

    def _turn_to(self, page: FormPanel) -> None:
        if not self._joining.state.busy:
            self._joining.forget_problems()
            self.pages.setCurrentWidget(page)
            page.focus_first()

    def _leave_joining(self) -> None:
        if not self._joining.state.busy:
            self._show()

    def _send_connection(self) -> None:
        self._joining.join(self.join_page.connection.edit.text())

    def _send_server(self) -> None:
        page = self.found_page
        self._joining.found(
            page.server.edit.text(), database=page.database.text(), code=page.code.text()
        )

    def _show_joining(self) -> None:
        state = self._joining.state
        for page in (self.join_page, self.found_page):
            page.show_problems(state.problems, state.problem, busy=state.busy)

    def _on_zone(self, zone: str) -> None:
        """The currency follows the place, until somebody chooses one."""
        self._show_clock()
        if not self._own_currency:
            self.currency.choose(likely_currency(zone))

    def _on_currency(self, _: str) -> None:
        self._own_currency = True

    def _show_clock(self) -> None:
        zone = self.zone.choice()
        now = time_of(house_time.now(), zone) if zone else ""
        self.clock.setText(tr("It is {time} there now.", time=now))
        self.clock.setVisible(bool(zone))

    def _show(self) -> None:
        state = self._wizard.state
        panel = self.about_house if state.step is Step.HOUSE else self.about_admin
        moved = self.pages.currentWidget() is not panel
        self.pages.setCurrentWidget(panel)
        if moved:
            panel.focus_first()
        panel.show_problems(state.problems, state.problem, busy=state.busy)
        for way in (self.demo, self.join):
            way.setEnabled(not state.busy)
