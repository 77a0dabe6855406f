"""The sign-in window: the house in the dark at the left, the ways in at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.domain.errors import SecretsUnavailable
from app.domain.users import Registration
from ui.i18n import tr
from ui.login.stay_card import StayBox
from ui.login.viewmodel import DemoAccount, SignIn, Staying
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, PasswordField
from ui.widgets.form_panel import FormPanel, quiet_row
from ui.widgets.frames import Label, Rule
from ui.widgets.stage import StageWindow


class LoginView(StageWindow):
    """Signing in first; registering and a one-time code a press away; in the demo theatre also a button
    for every role."""

    def __init__(
        self,
        sign_in: SignIn,
        *,
        house: str = "",
        demo: Sequence[DemoAccount] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.sign_in = sign_in
        sign_in.setParent(self)
        self._demo = tuple(demo)
        self.email = Field(tr("E-mail"), hint=tr("you@theatre.org"))
        self.password = PasswordField(tr("Password"))
        self.stays = tuple(StayBox() for _ in range(3))
        self.first = FormPanel(
            tr("Good to see you"),
            house or tr("Sign in to open the box office."),
            fields={"email": self.email, "password": self.password},
            button=tr("Sign in"),
            extra=self.stays[:1],
        )
        self.registering = FormPanel(
            tr("Create an account"),
            tr("To book, and to find your tickets again."),
            fields={
                "name": Field(tr("Name")),
                "email": Field(tr("E-mail"), hint=tr("you@example.org")),
                "phone": Field(tr("Phone, if you like")),
                "password": PasswordField(tr("Password, ten characters or more")),
            },
            button=tr("Create the account"),
            back=tr("Sign in"),
            extra=self.stays[1:2],
        )
        self.with_code = FormPanel(
            tr("Come in with a code"),
            tr("You were given one, to choose a password with."),
            fields={
                "email": Field(tr("E-mail"), hint=tr("you@theatre.org")),
                "code": Field(tr("Code"), hint="ACDE-FGHJ-KMNP"),
                "password": PasswordField(tr("New password, ten characters or more")),
            },
            button=tr("Set the password"),
            back=tr("Sign in"),
            extra=self.stays[2:],
        )
        self.notice, self.button = self.first.notice, self.first.button
        self.to_register = Button(tr("Create an account"), look="quiet", icon="user-plus")
        self.to_code = Button(tr("I have a code"), look="quiet", icon="lock")
        self.accounts = [Button(account.name, icon="user") for account in demo]
        self._panels = (self.first, self.registering, self.with_code)
        self._lay_out()
        self._wire()
        self.email.edit.setFocus()
        self._show()

    def _wire(self) -> None:
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.activated.connect(self.show_first)
        self.first.submitted.connect(self._submit)
        self.registering.submitted.connect(self._register)
        self.with_code.submitted.connect(self._use_code)
        self.to_register.clicked.connect(self.show_registering)
        self.to_code.clicked.connect(self.show_code)
        for panel in self._panels:
            panel.went_back.connect(self.show_first)
        for account in self.accounts:
            account.clicked.connect(self._on_account)
        self.sign_in.changed.connect(self._show)

    def _lay_out(self) -> None:
        self.first.column.addLayout(quiet_row(self.to_register, self.to_code))
        if self.accounts:
            self._add_accounts(self.first.column)
        for panel in self._panels:
            panel.column.addStretch(3)
            self.pages.addWidget(panel)

    def _add_accounts(self, column: QVBoxLayout) -> None:
        column.addWidget(Rule())
        column.addWidget(Label(tr("This is the demo theatre. Come in as"), "muted"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (button, account) in enumerate(zip(self.accounts, self._demo, strict=True)):
            role = tr(account.role)
            button.setAccessibleName(f"{account.name}, {role}")
            button.setToolTip(role)
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)

    # -- pages -----------------------------------------------------------------------------------

    def show_first(self) -> None:
        """The page to sign in on."""
        self._go(self.first)

    def show_registering(self) -> None:
        """The page for new customers; an address typed already comes along."""
        self._go(self.registering)

    def show_code(self) -> None:
        """The page for whoever was given a code."""
        self._go(self.with_code)

    def _go(self, panel: FormPanel) -> None:
        shown = self.pages.currentWidget()
        if shown is panel:
            return
        if isinstance(shown, FormPanel):
            panel.fields["email"].set_text(shown.fields["email"].text())
        self.sign_in.forget_problem()
        self.pages.setCurrentWidget(panel)
        panel.focus_first()

    def refusal(self) -> SecretsUnavailable | None:
        """Why whoever wanted to stay signed in could not, None when nobody wanted to or it worked."""
        state = self.sign_in.state
        return state.refusal if state.staying is Staying.POSSIBLE else None

    # -- coming in ---------------------------------------------------------------------------------

    def _submit(self) -> None:
        password = self.password.edit.text()
        self.sign_in.sign_in(self.email.text(), password, stay=self.stays[0].stays())

    def _register(self) -> None:
        fields = self.registering.fields
        typed = Registration(
            name=fields["name"].text(),
            email=fields["email"].text(),
            password=fields["password"].edit.text(),
            phone=fields["phone"].text(),
        )
        self.sign_in.register(typed, stay=self.stays[1].stays())

    def _use_code(self) -> None:
        fields = self.with_code.fields
        self.sign_in.use_code(
            fields["email"].text(),
            code=fields["code"].text(),
            password=fields["password"].edit.text(),
            stay=self.stays[2].stays(),
        )

    def _on_account(self) -> None:
        for button, account in zip(self.accounts, self._demo, strict=True):
            if button is self.sender():
                self.sign_in.sign_in(account.email, account.password)

    def _show(self) -> None:
        state = self.sign_in.state
        shown = self.pages.currentWidget()
        for stay in self.stays:
            stay.show_state(state)
        if isinstance(shown, FormPanel):
            shown.show_problems(state.problems, state.problem, busy=state.busy)
        for button in (*self.accounts, self.to_register, self.to_code):
            button.setEnabled(not state.busy)
        if state.problem is not None and shown is self.first:
            self.password.edit.setFocus()
            self.password.edit.selectAll()
