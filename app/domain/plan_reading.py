"""Reading a seating plan from a file, as the services see it: the plan, and what was not right with it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.domain.seating import SeatingPlan


class PlanFinding(Protocol):
    """Something in the file that was understood but is not as it should be: `kind` is a key of the
    words table, `place` where it is, `detail` the id, name or count it is about."""

    @property
    def kind(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def detail(self) -> str: ...


class PlanRead(Protocol):
    """A plan as read. `rekeyed` seats got a section or number that is not the file's."""

    @property
    def plan(self) -> SeatingPlan: ...

    @property
    def findings(self) -> tuple[PlanFinding, ...]: ...

    @property
    def seats(self) -> int: ...

    @property
    def zones(self) -> int: ...

    @property
    def rekeyed(self) -> int: ...


class OpenPlan(Protocol):
    """Reads a plan file; PlanRefused, FileUnusable."""

    def __call__(self, path: Path, *, name: str) -> PlanRead: ...
