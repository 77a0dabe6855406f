"""The house's own settings, as an admin changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.house import HouseSettings
from app.domain.users import Operator
from app.services.settings import SettingsService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class State:
    """`theirs` is what somebody else has just saved while what was typed here is not."""

    house: HouseSettings | None = None
    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None
    theirs: HouseSettings | None = None


class House(ViewModel[State]):
    """Reads and changes the settings; `saved` once they are."""

    saved = Signal()

    def __init__(
        self,
        settings: SettingsService,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._settings = settings
        self._by = by

    def load(self) -> None:
        """Read them anew, forgetting what went wrong before."""
        self._show(State(busy=True))
        self.ask(lambda: self._settings.house(by=self._by), self._on_read, failed=self._on_failure)

    def save(self, *, name: str, zone: str, currency: str, notice: str) -> None:
        """Write them, over the version last seen; `notice` in hours as typed."""
        seen = self.state.house
        if seen is None or self.state.busy:
            return
        hours = notice.strip() or "0"
        if not hours.isdecimal():
            self.set(problems={"notice_hours": "not_whole"})
            return
        wanted = HouseSettings(name, zone, currency, seen.version, int(hours[:9]))
        self._show(State(house=seen, busy=True))
        self.ask(
            lambda: self._settings.change_house(wanted, by=self._by),
            self._on_saved,
            failed=self._on_failure,
        )

    def _on_read(self, house: HouseSettings) -> None:
        self._show(State(house=house))

    def _on_saved(self, house: HouseSettings) -> None:
        self._show(State(house=house))
        self.saved.emit()

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=dict(error.problems))
        elif isinstance(error, Conflict) and isinstance(error.theirs, HouseSettings):
            self.set(busy=False, house=error.theirs, theirs=error.theirs)
        else:
            self.set(busy=False, problem=error)

    def _show(self, state: State) -> None:
        self.state = state
        self.changed.emit()
