"""Opening the house: two steps, nothing written before the last one is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QObject, QTimeZone, Signal

from app.domain.errors import HouseIsOpen, HouselightsError, Invalid
from app.domain.house import zones
from app.domain.users import Operator, Station
from app.services.settings import Opening, SettingsService
from ui.i18n import currency_of_zone
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


class Step(IntEnum):
    """What is asked, in order."""

    HOUSE = 0
    ADMIN = 1


_FIELDS = {
    Step.HOUSE: ("house", "time_zone", "currency"),
    Step.ADMIN: ("name", "email", "password"),
}


@dataclass(frozen=True, slots=True)
class State:
    """`problems` belong to the fields of the step on show."""

    step: Step = Step.HOUSE
    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Wizard(ViewModel[State]):
    """Asks for the house, then for its first admin. `opened` carries the admin as Operator; `too_late`
    says that somebody else opened it meanwhile."""

    opened = Signal(object)
    too_late = Signal()

    def __init__(
        self,
        settings: SettingsService,
        *,
        station: Station,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._settings = settings
        self._station = station

    def go_on(self, typed: Opening) -> None:
        """To the next step when everything of this one fits; after the last, open the house."""
        if self.state.busy:
            return
        step = self.state.step
        self.set(busy=True, problems={}, problem=None)
        if step is Step.ADMIN:
            self._tasks.run(
                self,
                lambda: self._settings.open_house(typed, station=self._station),
                done=self._on_opened,
                failed=self._on_failure,
                lane="io",
            )
        else:
            self.ask(
                lambda: self._settings.check_opening(typed), self._on_fits, failed=self._on_failure
            )

    def back(self) -> None:
        """To the step before; what was typed stays."""
        if not self.state.busy and self.state.step is Step.ADMIN:
            self._show(State(Step.HOUSE))

    def _on_fits(self, _: object) -> None:
        self._show(State(Step.ADMIN))

    def _on_opened(self, operator: Operator) -> None:
        self.set(busy=False)
        self.opened.emit(operator)

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, HouseIsOpen):
            self.set(busy=False)
            self.too_late.emit()
            return
        if not isinstance(error, Invalid):
            self.set(busy=False, problem=error)
            return
        here = _within(error.problems, self.state.step)
        if here:
            self.set(busy=False, problems=here)
        elif self.state.step is Step.HOUSE:  # what does not fit was not asked yet
            self._on_fits(None)
        else:
            self._show(State(Step.HOUSE, problems=_within(error.problems, Step.HOUSE)))

    def _show(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _within(problems: Mapping[str, str], step: Step) -> dict[str, str]:
    return {name: problems[name] for name in _FIELDS[step] if name in problems}


def likely_zone() -> str:
    """The zone of this computer's clock, "" when that is none a theatre stands in."""
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    return zone if zone in zones() and zone != "UTC" else ""


def likely_currency(zone: str) -> str:
    """What is paid with there, EUR when nobody knows."""
    return currency_of_zone(zone) or "EUR"
