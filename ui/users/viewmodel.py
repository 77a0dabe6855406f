"""Users as an admin sees them: the list's question, the one that is open, and a code just made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.facts import Fact, UserChanged
from app.domain.history import Note
from app.domain.users import Account, Operator, Role
from app.services.staff import OneTimeCode, StaffService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.windowed import Source

# Everybody who works here.
STAFF = tuple(role for role in Role if role is not Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class State:
    """`opened` with its history. `code` was made just now and is shown this once; `problems` by field
    belong to the invitation."""

    search: str = ""
    roles: tuple[Role, ...] = STAFF
    opened: Account | None = None
    notes: tuple[Note, ...] = ()
    busy: bool = False
    code: OneTimeCode | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Users(ViewModel[State]):
    """`asked` says that the list's question is another one, `stale` that its answer may be."""

    asked = Signal()
    stale = Signal()

    def __init__(
        self,
        staff: StaffService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._staff = staff
        self._by = by
        relay.told.connect(self._on_fact)

    # -- the list ------------------------------------------------------------------------------

    def source(self) -> Source[Account]:
        """The question in force, to be asked page by page from a worker."""
        state, staff, by = self.state, self._staff, self._by
        people = partial(staff.people, search=state.search, roles=state.roles, by=by)
        return Source(
            count=lambda: people(limit=0).total,
            read=lambda after, limit: people(limit=limit, skip=after).accounts,
        )

    def look_for(self, text: str) -> None:
        """Only users whose name, e-mail or phone contains the text."""
        if text != self.state.search:
            self.set(search=text)
            self.asked.emit()

    def only(self, roles: tuple[Role, ...]) -> None:
        """Only users of these roles, none named for all."""
        if roles != self.state.roles:
            self.set(roles=roles)
            self.asked.emit()

    # -- one user ------------------------------------------------------------------------------

    def open(self, user_id: str) -> None:
        """Show one user with what was done to the account."""
        self.ask(
            lambda: (
                self._staff.account(user_id, by=self._by),
                self._staff.history(user_id, by=self._by),
            ),
            self._on_opened,
            key="opened",
        )

    def change_role(self, role: Role) -> None:
        """Give the open user another role."""
        account = self.state.opened
        if account is not None and account.user.role is not role:
            user = account.user
            self._change(
                lambda: self._staff.change_role(
                    user.id, role=role, version=user.version, by=self._by
                )
            )

    def deactivate(self) -> None:
        """Let nobody in as the open user."""
        account = self.state.opened
        if account is not None:
            user = account.user
            self._change(lambda: self._staff.deactivate(user.id, version=user.version, by=self._by))

    def reactivate(self) -> None:
        """Let the open user in again."""
        account = self.state.opened
        if account is not None:
            user = account.user
            self._change(lambda: self._staff.reactivate(user.id, version=user.version, by=self._by))

    def unlock(self) -> None:
        """End the open user's rest after wrong passwords."""
        account = self.state.opened
        if account is not None:
            self._change(lambda: self._staff.unlock(account.user.id, by=self._by))

    def new_code(self) -> None:
        """A one-time code for the open user."""
        account = self.state.opened
        if account is not None:
            self._send(
                lambda: self._staff.new_code(account.user.id, by=self._by),
                self._on_code,
                lane="io",
            )

    def invite(self, name: str, *, email: str, role: Role) -> None:
        """A new user, and the code to come in with."""
        self._send(
            lambda: self._staff.invite(name, email=email, role=role, by=self._by),
            self._on_code,
            lane="io",
        )

    def forget_code(self) -> None:
        """It was written down, or the invitation was left: nothing of either stays."""
        self.set(code=None, problems={}, problem=None)

    def _change(self, work: Callable[[], Account]) -> None:
        self._send(work, self._on_changed)

    def _send(
        self, work: Callable[[], Any], done: Callable[[Any], None], *, lane: str = "db"
    ) -> None:
        if self.state.busy:
            return
        self.set(busy=True, problems={}, problem=None, code=None)
        self._tasks.run(self, work, done=done, failed=self._on_failure, lane=lane)

    # -- answers -------------------------------------------------------------------------------

    def _on_fact(self, fact: Fact) -> None:
        if not isinstance(fact, UserChanged):
            return
        self.stale.emit()
        opened = self.state.opened
        if opened is not None and fact.user_id in {"", opened.user.id}:
            self.open(opened.user.id)

    def _on_opened(self, answer: tuple[Account, tuple[Note, ...]]) -> None:
        account, notes = answer
        self.set(opened=account, notes=notes)

    def _on_changed(self, account: Account) -> None:
        self.set(busy=False, opened=account)

    def _on_code(self, code: OneTimeCode) -> None:
        self.set(busy=False, code=code)
        self.open(code.user.id)

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=dict(error.problems), problem=error)
        elif isinstance(error, Conflict) and isinstance(error.theirs, Account):
            self.set(busy=False, opened=error.theirs, problem=error)
            self.open(error.theirs.user.id)
        else:
            self.set(busy=False, problem=error)
