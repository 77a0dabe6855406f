"""Where the house is: what is in it, whether it holds, and its way elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.domain.backups import Comparison, Journey, Moved
from app.domain.errors import HouselightsError
from app.domain.facts import Fact, HouseChanged
from app.domain.house_figures import HouseFigures
from app.domain.users import Operator
from app.services.moving import MovingService
from app.services.payments import PaymentService
from ui.relay import Relay
from ui.settings.long_work import LongWork, Running
from ui.tasks import Tasks

CHECK, LOOK, MOVE = "check", "look", "move"


@dataclass(frozen=True, slots=True)
class State:
    """`figures` of now; `checked` what the last proof counted; `journey` what a move to `address` would do;
    `moved` how that went; `gone` where the house is when it is no longer here."""

    shared: bool = False
    figures: HouseFigures | None = None
    checked: Mapping[str, int] = field(default_factory=dict)
    address: str = ""
    journey: Journey | None = None
    moved: Comparison | None = None
    gone: Moved | None = None
    running: Running = field(default_factory=Running)
    problem: HouselightsError | None = None


class Place(LongWork[State]):
    """Reads, proves and moves; `arrived` once the house is elsewhere, `taken_back` once it is here again."""

    arrived = Signal()
    taken_back = Signal()

    def __init__(
        self,
        moving: MovingService,
        payments: PaymentService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(shared=moving.is_shared()), tasks=tasks, parent=parent)
        self._moving = moving
        self._payments = payments
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Whether the house is here, and what is in it."""
        self.ask(self._moving.gone, self._on_gone, key="gone")
        self._tasks.run(
            self,
            lambda: self._moving.figures(by=self._by),
            done=self._on_figures,
            failed=self.fail,
            key="figures",
            lane="io",
        )

    def check(self) -> None:
        """Prove every rule of the house."""
        self.begin(CHECK, lambda _: self._payments.check(by=self._by), self._on_checked)

    def look(self, address: str) -> None:
        """What a move there would do."""
        self.set(address=address, journey=None)
        self.begin(LOOK, lambda _: self._moving.preview(address, by=self._by), self._on_journey)

    def change_address(self, address: str) -> None:
        """What was looked at is another place now."""
        if address != self.state.address:
            self.set(address=address, journey=None, problem=None)

    def move(self) -> None:
        """Go where was looked at."""
        address = self.state.address
        if self.state.journey is None:
            return
        self.begin(
            MOVE,
            lambda follow: self._moving.move(address, by=self._by, follow=follow),
            self._on_moved,
        )

    def take_back(self) -> None:
        """Sell here again."""
        self.act(lambda: self._moving.take_back(by=self._by), self._on_taken_back)

    def _on_gone(self, gone: Moved | None) -> None:
        self.set(gone=gone)

    def _on_figures(self, figures: HouseFigures) -> None:
        self.set(figures=figures)

    def _on_checked(self, counts: Mapping[str, int]) -> None:
        self.set(checked=counts)

    def _on_journey(self, journey: Journey) -> None:
        self.set(journey=journey, figures=journey.figures)

    def _on_moved(self, comparison: Comparison) -> None:
        self.set(moved=comparison, journey=None)
        self.arrived.emit()
        self.load()

    def _on_taken_back(self, _: None) -> None:
        self.set(moved=None)
        self.taken_back.emit()
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, HouseChanged):
            self.load()
