"""The section of stations: a table of who may reach the shared house, and two acts."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.shared_house import Enrolment, Right
from ui.commands import Command
from ui.errors import Level, words
from ui.i18n import date_short, plural, tr
from ui.screen import Context
from ui.settings.enrol_dialog import EnrolDialog, right_words
from ui.settings.revoke_dialog import RevokeDialog
from ui.settings.stations import Stations
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.frames import Card, Empty, Label
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_ROWS_SEEN = 8
_ROW, _HEAD = 40, 36


class StationsPanel(QWidget):
    """In a local house it says how to come to several stations."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        services = context.services
        self._context = context
        self.stations = Stations(
            services.shared,
            is_shared=services.database.path is None,
            by=context.session.operator,
            tasks=context.tasks,
            parent=self,
        )
        self.rows: RowsModel[Enrolment] = RowsModel(_columns(), key=_code, parent=self)
        self.table = Table(self.rows, accessible=tr("Stations"))
        self.table.setItemDelegateForColumn(4, StatusCell(_token, self.table))
        self.enrol_button = Button(tr("Enrol a station"), look="primary", icon="plus")
        self.revoke_button = Button(tr("Revoke"), icon="lock")
        self.count = Label("", "muted")
        self.notice = NoticeBar()
        self.alone = Empty(
            tr("This house is on this computer alone"),
            tr(
                "Several tills sell together from a database they share. Move the house there first;"
                " then every station is enrolled here with a login of its own."
            ),
            icon="users",
            action=tr("Where the data is"),
        )
        self.dialog = EnrolDialog(self.stations, parent=self)
        self.revoke_dialog = RevokeDialog(self.stations, parent=self)
        self._lay_out()
        self.enrol_button.clicked.connect(self.enrol)
        self.revoke_button.clicked.connect(self.revoke)
        self.alone.acted.connect(self._to_place)
        self.table.picked.connect(self._on_picked)
        self.notice.closed.connect(self.stations.forget_problem)
        self.stations.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.count, 1)
        buttons.addWidget(self.revoke_button)
        buttons.addWidget(self.enrol_button)
        self._card = Card()
        self._card.body.addLayout(buttons)
        self._card.body.addWidget(self.table)
        said = tr(
            "A station's login lets it do what is ticked and nothing else, whoever signs in there: the"
            " database refuses, not only this program. A lost computer is revoked here."
        )
        self._card.body.addWidget(Label(said, "small", wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.notice, self._card):
            column.addWidget(part)
        column.addWidget(self.alone, 1)
        column.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever looks sees who is enrolled now."""
        super().showEvent(event)
        self.stations.read()

    def enrol(self) -> None:
        """Ask for another station; the line it joins with follows in the same dialog."""
        if self.stations.is_shared:
            self.dialog.ask()

    def revoke(self) -> None:
        """Ask, then take the chosen station's login away."""
        chosen = self._chosen()
        if chosen is None or not chosen.active:
            return
        self.revoke_dialog.ask(chosen)

    def _chosen(self) -> Enrolment | None:
        return self.rows.value_at(self.table.currentIndex().row())

    def _on_picked(self, _: object) -> None:
        chosen = self._chosen()
        self.revoke_button.setEnabled(chosen is not None and chosen.active)

    def _to_place(self) -> None:
        self._context.navigate("settings", "place")

    def _show(self) -> None:
        state, shared = self.stations.state, self.stations.is_shared
        self._card.setVisible(shared)
        self.alone.setVisible(not shared)
        lines = state.lines or ()
        self.rows.set_rows(lines)
        shown = min(max(len(lines), 1), _ROWS_SEEN)
        self.table.setFixedHeight(_HEAD + _ROW * shown + 4)
        live = sum(line.active for line in lines)
        self.count.setText(plural("{count} station enrolled", "{count} stations enrolled", live))
        self._on_picked(None)
        asking = self.dialog.isVisible() or self.revoke_dialog.isVisible()
        if state.problem is not None and not asking:
            self.notice.say(words(state.problem), level=Level.WARN)
        else:
            self.notice.clear()


def _columns() -> list[Column[Enrolment]]:
    return [
        Column(tr("Station"), _code, width=110),
        Column(tr("Name"), lambda line: line.name),
        Column(tr("May"), _rights),
        Column(tr("Since"), _since, width=130),
        Column(tr("Login"), _status, width=150),
    ]


def _code(line: Enrolment) -> str:
    return line.code


def _rights(line: Enrolment) -> str:
    return ", ".join(right_words(right) for right in Right if right in line.rights)


def _since(line: Enrolment) -> str:
    at = line.enrolled_at
    return "" if at is None else date_short(at.astimezone().date())


def _status(line: Enrolment) -> str:
    if line.active:
        return tr("counts")
    return tr("revoked") if line.login else tr("never enrolled")


def _token(line: Enrolment) -> str:
    if line.active:
        return "good"
    return "bad" if line.login else "faint"


COMMANDS = (Command("enrol", "Enrol a station", "plus", StationsPanel.enrol, words="login till"),)
