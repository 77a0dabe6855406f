"""Finding, or writing down, whom a sale is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.domain.customers import Contact, CustomerLine
from app.domain.errors import HouselightsError, Invalid
from app.domain.users import Operator, Permission
from app.services.customers import CustomerService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_MOST = 50  # nobody reads further: one more letter finds them


@dataclass(frozen=True, slots=True)
class State:
    """`lines` answer `text` unless `searching`. `owner` has the address that a new one was refused for."""

    text: str = ""
    lines: tuple[CustomerLine, ...] = ()
    searching: bool = True
    saving: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    owner: CustomerLine | None = None
    problem: HouselightsError | None = None


class CustomerSearch(ViewModel[State]):
    """`chosen` carries the CustomerLine, found or new."""

    chosen = Signal(object)

    def __init__(
        self,
        customers: CustomerService,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._customers = customers
        self._by = by

    @property
    def may_add(self) -> bool:
        """Whether this operator writes customers down."""
        return self._by.may(Permission.EDIT_CUSTOMERS)

    def look_for(self, text: str) -> None:
        """Find customers whose name, e-mail or phone contains the text."""
        self.set(text=text, searching=True)
        self.ask(
            lambda: self._customers.find(text, limit=_MOST, by=self._by),
            self._on_lines,
            failed=self._on_failure,
            key="find",
        )

    def add(self, contact: Contact) -> None:
        """Write down a new customer and choose them."""
        if self.state.saving:
            return
        self.set(saving=True, problems={}, owner=None, problem=None)
        self.ask(
            lambda: self._customers.add(contact, by=self._by),
            self._on_added,
            failed=lambda error: self._on_refused(error, contact),
        )

    def _on_lines(self, lines: tuple[CustomerLine, ...]) -> None:
        self.set(lines=lines, searching=False, problem=None)

    def _on_added(self, line: CustomerLine) -> None:
        self.set(saving=False)
        self.chosen.emit(line)

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(searching=False, problem=error)

    def _on_refused(self, error: HouselightsError, contact: Contact) -> None:
        if not isinstance(error, Invalid):
            self.set(saving=False, problem=error)
            return
        self.set(saving=False, problems=error.problems)
        if error.problems.get("email") == "taken":
            address = contact.email.strip()
            self.ask(lambda: self._owner(address), self._on_owner)

    def _owner(self, address: str) -> CustomerLine | None:
        """The customer of this address; None when it is somebody's who works here."""
        found = self._customers.find(address, limit=_MOST, by=self._by)
        wanted = address.casefold()
        return next((line for line in found if line.email.casefold() == wanted), None)

    def _on_owner(self, owner: CustomerLine | None) -> None:
        self.set(owner=owner)
