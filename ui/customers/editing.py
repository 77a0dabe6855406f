"""A customer being written down: a new one, or one that somebody else may be editing too.

When somebody else was faster, nothing that was typed is lost: fields one did not touch take what the
other wrote, for the rest the other's words are shown beside one's own, and saving again decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from app.domain.customers import Contact, Customer, CustomerLine
from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.users import Operator
from app.services.customers import CustomerService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel, differences, merged


@dataclass(frozen=True, slots=True)
class State:
    """`typed` is what the form shows; `start` what it began from. `theirs` holds, by field, what
    somebody else wrote where one typed something else."""

    start: Contact = field(default_factory=lambda: Contact(""))
    typed: Contact = field(default_factory=lambda: Contact(""))
    version: int = 0
    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    overtaken: bool = False
    problem: HouselightsError | None = None

    @property
    def dirty(self) -> bool:
        """Whether anything was typed that is not saved."""
        return self.typed != self.start


class Editing(ViewModel[State]):
    """One form. `saved` carries the CustomerLine."""

    saved = Signal(object)

    def __init__(
        self,
        customers: CustomerService,
        *,
        by: Operator,
        tasks: Tasks,
        customer: Customer | None = None,
        suggested: Contact | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._customers = customers
        self._by = by
        self._customer_id = customer.id if customer else ""
        if customer:
            self.state = State(customer.contact, customer.contact, customer.version)
        elif suggested:
            self.state = State(start=suggested, typed=suggested)

    @property
    def new(self) -> bool:
        """Whether this customer is not there yet."""
        return not self._customer_id

    def type(self, contact: Contact) -> None:
        """What stands in the form now."""
        self.state = replace(self.state, typed=contact)

    def save(self) -> None:
        """Write what was typed."""
        if self.state.busy:
            return
        typed, version = self.state.typed, self.state.version
        self.set(busy=True, problem=None, problems={})
        self.ask(lambda: self._write(typed, version), self._on_saved, failed=self._on_refused)

    def _write(self, typed: Contact, version: int) -> CustomerLine:
        if self.new:
            return self._customers.add(typed, by=self._by)
        edited = self._customers.edit(self._customer_id, typed, version=version, by=self._by)
        return edited.line

    def _on_saved(self, line: CustomerLine) -> None:
        self.set(busy=False, start=self.state.typed)
        self.saved.emit(line)

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Conflict):
            self.ask(
                lambda: self._customers.customer(self._customer_id, by=self._by).customer,
                self._on_theirs,
                failed=self._on_refused,
            )
        elif isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
        else:
            self.set(busy=False, problem=error)

    def _on_theirs(self, theirs: Customer) -> None:
        """Three ways: where it began, what I typed, what they wrote."""
        began, now = self.state.start, theirs.contact
        typed = merged(began, now, self.state.typed)
        self.set(
            busy=False,
            start=now,
            typed=typed,
            version=theirs.version,
            theirs={one.field: one.theirs for one in differences(began, now, typed)},
            overtaken=True,
        )
