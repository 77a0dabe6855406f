"""The stations of a shared house: who has a login, and giving or taking one away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError, Invalid
from app.domain.shared_house import Enrolment, NewLogin, OwnerLogin, Right
from app.domain.users import Operator
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class State:
    """`lines` are None until they were read; `made` is shown once and forgotten."""

    lines: tuple[Enrolment, ...] | None = None
    may: bool = True  # whether this window's own login may enrol
    busy: bool = False
    made: NewLogin | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Stations(ViewModel[State]):
    """`service` is `app.services.shared_house`; `is_shared` False for a house on this computer alone."""

    def __init__(
        self,
        service: Any,
        *,
        is_shared: bool,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._service = service
        self._by = by
        self.is_shared = is_shared

    def read(self) -> None:
        """Read who is enrolled."""
        if self.is_shared:
            self.ask(self._look, self._on_read, key="stations")

    def _look(self) -> tuple[tuple[Enrolment, ...], bool]:
        return self._service.enrolments(by=self._by), self._service.may_enrol(by=self._by)

    def enrol(
        self, code: str, *, name: str, rights: Collection[Right], owner: OwnerLogin | None
    ) -> None:
        """Give a station a login of its own; `made` has the line that it joins with."""
        self.set(busy=True, problems={}, problem=None)
        self.act(
            lambda: self._service.enrol(
                code, name=name, rights=frozenset(rights), owner=owner, by=self._by
            ),
            self._on_made,
            failed=self._on_refused,
        )

    def revoke(self, code: str, *, owner: OwnerLogin | None) -> None:
        """Take a station's login away; what it has on screen ends with its connections."""
        self.set(busy=True, problem=None)
        self.act(
            lambda: self._service.revoke(code, owner=owner, by=self._by),
            self._on_revoked,
            failed=self._on_refused,
        )

    def forget(self) -> None:
        """The line was handed over, or the form was closed."""
        self.set(made=None, problems={}, problem=None)

    def _on_read(self, read: tuple[tuple[Enrolment, ...], bool]) -> None:
        lines, may = read
        self.set(lines=lines, may=may)

    def _on_made(self, made: NewLogin) -> None:
        self.set(busy=False, made=made)
        self.read()

    def _on_revoked(self, _: object) -> None:
        self.set(busy=False)
        self.read()

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
        else:
            self.set(busy=False, problem=error)
