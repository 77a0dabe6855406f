"""Where the house is kept now, whether it holds, and how to move it elsewhere."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.backups import Moved
from app.domain.errors import HouseMoved
from ui.commands import Command, pressing
from ui.errors import Level, level, words
from ui.i18n import tr
from ui.screen import Context, Reopening
from ui.settings.here_card import HereCard
from ui.settings.move_card import MoveCard
from ui.settings.moved_card import MovedCard
from ui.settings.place import Place
from ui.widgets.ask import Ask
from ui.widgets.notice import NoticeBar


class PlacePanel(QWidget):
    """Shows a `Place`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        services = context.services
        self.place = Place(
            services.moving,
            services.payments,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.notice = NoticeBar()
        self.here = HereCard(where=services.database.where(), shared=self.place.state.shared)
        self.journey = MoveCard(shared=self.place.state.shared)
        self.moved = MovedCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self.notice, self.here, self.journey, self.moved):
            column.addWidget(part)
        column.addStretch(1)
        self._wire()
        self._show()

    def _wire(self) -> None:
        self.here.check.clicked.connect(self.place.check)
        self.journey.typed.connect(self.place.change_address)
        self.journey.looking.connect(self.place.look)
        self.journey.move_it.clicked.connect(self.ask_move)
        self.journey.stop.clicked.connect(self.place.stop)
        self.moved.open_there.clicked.connect(self._open_there)
        self.moved.take_back.clicked.connect(self.ask_take_back)
        self.notice.closed.connect(self.place.forget_problem)
        self.place.changed.connect(self._show)
        self.place.arrived.connect(self._on_arrived)
        self.place.taken_back.connect(self._on_taken_back)

    def showEvent(self, event: QShowEvent) -> None:
        """Figures of now."""
        super().showEvent(event)
        self.place.load()

    def ask_move(self) -> None:
        """Say what would happen, and do it only when somebody agrees."""
        journey = self.place.state.journey
        if journey is None:
            return
        dialog = Ask(
            tr("Move the house?"),
            tr(
                "It goes to {target} and is counted and proven there. Nobody can sell meanwhile. Then"
                " this one refuses sales, at every station that has it open: selling in both would part"
                " the books. Nothing here is deleted.",
                target=journey.target,
            ),
            action=tr("Move it"),
            look="primary",
            stay=tr("Stay here"),
            parent=self.window(),
        )
        dialog.agreed.connect(self._move)
        dialog.open()

    def ask_take_back(self) -> None:
        """The same for the way back without the sales made there."""
        gone = self.place.state.gone
        if gone is None:
            return
        dialog = Ask(
            tr("Sell here again?"),
            tr(
                "The house has been in {where} since it moved. What was sold there since is not here, and"
                " the same seats may be sold twice. Move it back instead, unless nothing was sold there.",
                where=gone.where,
            ),
            action=tr("Sell here again"),
            stay=tr("Leave it there"),
            parent=self.window(),
        )
        dialog.agreed.connect(self._take_back)
        dialog.open()

    def _move(self, _: str) -> None:
        self.place.move()

    def _take_back(self, _: str) -> None:
        self.place.take_back()

    def _open_there(self) -> None:
        gone = self.place.state.gone
        typed = self.place.state.address
        if gone is not None:
            # what was typed here knows the password, which is kept nowhere in a house
            fresh = self.place.state.moved is not None
            self._context.reopen(Reopening(address=typed if fresh and typed else gone.address))

    def _on_arrived(self) -> None:
        self._context.say(tr("The house has moved, and every figure is the same there"), Level.GOOD)

    def _on_taken_back(self) -> None:
        self._context.say(tr("This house sells again"), Level.GOOD)

    def _show(self) -> None:
        state = self.place.state
        self.here.show_state(state)
        self.journey.show_state(state)
        self.moved.show_state(state)
        if state.problem is not None:
            self.notice.say(words(state.problem), level=level(state.problem))
        elif state.gone is not None and state.moved is None:
            self.notice.say(_gone_words(state.gone), level=Level.WARN)
        else:
            self.notice.clear()


def _gone_words(gone: Moved) -> str:
    return words(HouseMoved(gone.where, gone.at))


COMMANDS: tuple[Command, ...] = (
    pressing(
        "check",
        "Check the house",
        "check-circle",
        lambda panel: panel.here.check,
        words="prove invariants journal",
    ),
    pressing("look", "Look where the house would move", "search", lambda panel: panel.journey.look),
    pressing("move", "Move the house", "arrow-right", lambda panel: panel.journey.move_it),
)
