"""Backups: how old the last one is, how often one is made and where, those there are, and back to one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.backups import BackupPlan, KeptBackup
from ui import house_time
from ui.commands import Command, pressing
from ui.errors import Level, level, words
from ui.i18n import number, tr
from ui.screen import Context, Reopening
from ui.settings.backups import Backups
from ui.settings.kept_card import KeptCard
from ui.settings.plan_card import PlanCard
from ui.settings.standing_card import StandingCard
from ui.settings.words import age_words, when_words
from ui.widgets.ask import Ask
from ui.widgets.notice import NoticeBar


class BackupsPanel(QWidget):
    """Shows a `Backups`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.backups = Backups(
            context.services.backups,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.notice = NoticeBar()
        self.standing = StandingCard()
        self.plan = PlanCard(station=context.session.operator.station_code)
        self.kept = KeptCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self.notice, self.standing, self.plan, self.kept):
            column.addWidget(part)
        column.addStretch(1)
        self._wire()

    def _wire(self) -> None:
        self.standing.back_up.clicked.connect(self.backups.back_up)
        self.standing.stop.clicked.connect(self.backups.stop)
        self.plan.saving.connect(self._save)
        self.kept.verify.clicked.connect(self._verify)
        self.kept.restore.clicked.connect(self.ask_restore)
        self.kept.show_folder.clicked.connect(self._show_folder)
        self.notice.closed.connect(self.backups.forget_problem)
        self.backups.changed.connect(self._show)
        self.backups.saved.connect(self._on_saved)
        self.backups.made.connect(self._on_made)

    def showEvent(self, event: QShowEvent) -> None:
        """Ages go on while nobody looks."""
        super().showEvent(event)
        self.backups.load()

    # -- acts ----------------------------------------------------------------------------------

    def _save(self, plan: BackupPlan) -> None:
        self.backups.save(plan)

    def _verify(self) -> None:
        chosen = self.kept.chosen()
        if chosen is not None:
            self.backups.verify(chosen.path)

    def ask_restore(self) -> None:
        """Say what would happen, and do it only when somebody agrees."""
        chosen = self.kept.chosen()
        if chosen is None:
            return
        if self._context.services.moving.is_shared():
            self.notice.say(_only_elsewhere(chosen), level=Level.WARN)
            return
        dialog = Ask(
            tr("Go back to this backup?"),
            tr(
                "The house becomes what it was on {when}, {age}. What was sold, given back or changed"
                " since is not in it. The house of now is put aside under another name and not"
                " deleted. Everybody is signed out.",
                when=when_words(chosen.made_at),
                age=age_words(house_time.now() - chosen.made_at),
            ),
            action=tr("Restore it"),
            parent=self.window(),
        )
        dialog.agreed.connect(self._restore)
        dialog.open()

    def _restore(self, _: str) -> None:
        chosen = self.kept.chosen()
        if chosen is not None:
            self._context.reopen(Reopening(restore=chosen.path))

    def _show_folder(self) -> None:
        chosen = self.kept.chosen()
        folder = chosen.path.parent if chosen else Path(self.backups.state.plan.folder)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # -- showing -------------------------------------------------------------------------------

    def _on_saved(self) -> None:
        self._context.say(tr("The plan is saved"), Level.GOOD)

    def _on_made(self, kept: KeptBackup) -> None:
        text = tr("The backup is made and proven: {name}", name=kept.path.name)
        self._context.say(text, Level.GOOD)

    def _show(self) -> None:
        state = self.backups.state
        self.standing.show_state(state)
        self.plan.show_state(state)
        self.kept.show_state(state)
        if state.problem is not None and not state.problems:
            self.notice.say(words(state.problem), level=level(state.problem))
        elif state.proof is not None and state.proven is not None:
            said = tr(
                "{name} was restored elsewhere and holds: {tickets} valid tickets, {lines} journal lines.",
                name=state.proven.name,
                tickets=number(state.proof.checked["valid_tickets"]),
                lines=number(state.proof.checked["journal_lines"]),
            )
            self.notice.say(said, level=Level.GOOD)
        else:
            self.notice.clear()


def _only_elsewhere(chosen: KeptBackup) -> str:
    return tr(
        "A shared house is restored into a new, empty database, so that nobody's sales are lost:"
        " houselights --database URL restore {file}",
        file=str(chosen.path),
    )


COMMANDS: tuple[Command, ...] = (
    pressing(
        "now",
        "Back up now",
        "save",
        lambda panel: panel.standing.back_up,
        words="copy safe",
    ),
    pressing("verify", "Verify the chosen backup", "check-circle", lambda panel: panel.kept.verify),
    pressing("restore", "Restore the chosen backup", "undo", lambda panel: panel.kept.restore),
)
