"""Customers: what the list asks for, and the one whose page is open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.customers import CustomerLine, CustomerPage
from app.domain.errors import HouselightsError
from app.domain.facts import BookingChanged, Fact, NotificationsChanged, UserChanged
from app.domain.users import Operator, Permission
from app.services.customers import CustomerService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.windowed import Source


@dataclass(frozen=True, slots=True)
class State:
    """`count` is how many the search finds, None before it was asked; `page` the open customer."""

    search: str = ""
    count: int | None = None
    page: CustomerPage | None = None
    problem: HouselightsError | None = None


class Customers(ViewModel[State]):
    """The list's source and the open page, read again when somebody changed something.

    `asked` carries another Source for the list, `stale` says that the one it has answers anew.
    """

    asked = Signal(object)
    stale = Signal()
    exported = Signal(int)

    def __init__(
        self,
        customers: CustomerService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._customers = customers
        self._by = by
        self._shown = False
        self._missed = False
        relay.told.connect(self._on_fact)

    @property
    def may_edit(self) -> bool:
        """Whether this operator adds, edits and imports customers."""
        return self._by.may(Permission.EDIT_CUSTOMERS)

    def load(self) -> None:
        """Ask for the list."""
        self.asked.emit(self._source(self.state.search))

    def look_for(self, text: str) -> None:
        """Show customers whose name, e-mail or phone contains the text."""
        if text != self.state.search:
            self.set(search=text)
            self.load()

    def found(self, count: int) -> None:
        """The list was counted."""
        self.set(count=count, problem=None)

    def open(self, customer_id: str) -> None:
        """Show one customer's page."""
        self.ask(
            lambda: self._customers.customer(customer_id, by=self._by), self._on_page, key="page"
        )

    def export(self, path: Path) -> None:
        """Write every customer to a CSV file."""
        self._tasks.run(
            self,
            lambda: self._customers.write_file(path, by=self._by),
            done=self.exported.emit,
            failed=self.fail,
            key="export",
            lane="io",
        )

    def came_in_sight(self) -> None:
        """The screen is shown: catch up with what changed meanwhile."""
        self._shown = True
        if self._missed:
            self._catch_up()

    def went_out_of_sight(self) -> None:
        """Another screen is shown: changes are only remembered."""
        self._shown = False

    def _source(self, text: str) -> Source[CustomerLine]:
        def count() -> int:
            return self._customers.count(text, by=self._by)

        def read(after: int, limit: int) -> tuple[CustomerLine, ...]:
            return self._customers.find(text, limit=limit, after=after, by=self._by)

        return Source(count, read)

    def _on_page(self, page: CustomerPage) -> None:
        self.set(page=page, problem=None)

    def _on_fact(self, fact: Fact) -> None:
        page = self.state.page
        about_page = isinstance(fact, BookingChanged) or (
            isinstance(fact, NotificationsChanged) and (not fact.user_id or _is(page, fact.user_id))
        )
        if not isinstance(fact, UserChanged) and not (about_page and page):
            return
        self._missed = True
        if self._shown:
            self._catch_up(everything=isinstance(fact, UserChanged))

    def _catch_up(self, *, everything: bool = True) -> None:
        self._missed = False
        if everything:
            self.stale.emit()
        if self.state.page is not None:
            self.open(self.state.page.customer.id)


def _is(page: CustomerPage | None, customer_id: str) -> bool:
    return page is not None and page.customer.id == customer_id
