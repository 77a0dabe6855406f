"""What there is to know about a venue: its clock and address, its plan's versions, its history."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.history import Note
from app.domain.venues import PlanRow, VenueDetail
from ui.i18n import moment, number, plural, tr
from ui.venues.scroll_panel import ScrollPanel
from ui.widgets.frames import Label, LineLabel, Rule

_MOST = 60


class AboutPanel(ScrollPanel):
    """Shows a VenueDetail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: VenueDetail | None = None
        self._content = QWidget()
        self.inside.addWidget(self._content)
        self.inside.addStretch(1)

    def show_detail(self, detail: VenueDetail) -> None:
        """Show this venue; nothing moves when nothing changed."""
        if detail == self._shown:
            return
        self._shown = detail
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        venue = detail.venue
        column.addWidget(Label(tr("About"), "title"))
        for name, value in (
            (tr("Address"), venue.address or "–"),
            (tr("Clock"), venue.zone),
            (tr("Currency"), venue.currency),
            (
                tr("To come"),
                plural("{count} performance", "{count} performances", len(detail.performances)),
            ),
        ):
            column.addWidget(Label(name, "heading"))
            column.addWidget(Label(value, wrap=True))
        column.addWidget(Rule())
        column.addWidget(Label(tr("Versions of the plan"), "heading"))
        for plan in detail.plans[:_MOST]:
            column.addLayout(_plan_row(plan))
        if not detail.plans:
            column.addWidget(Label(tr("No plan yet."), "muted"))
        if detail.history:
            column.addWidget(Rule())
            column.addWidget(Label(tr("History"), "heading"))
        for note in detail.history[:_MOST]:
            column.addWidget(Label(_act(note), wrap=True))
            said = tr("{when}, {who}", when=moment(note.at), who=note.user or tr("the program"))
            column.addWidget(Label(said, "small", wrap=True))
        self.inside.replaceWidget(self._content, content)
        self._content.hide()
        self._content.deleteLater()
        self._content = content


def _plan_row(plan: PlanRow) -> QHBoxLayout:
    row = QHBoxLayout()
    words = QVBoxLayout()
    words.setSpacing(0)
    title = tr("Version {version}, {name}", version=plan.version, name=plan.name)
    words.addWidget(LineLabel(title, "strong"))
    used = plural("{count} performance", "{count} performances", plan.performances)
    places = plural("{count} place", "{count} places", plan.capacity)
    words.addWidget(LineLabel(tr("{places}, used by {used}", places=places, used=used), "small"))
    row.addLayout(words, 1)
    return row


def _act(note: Note) -> str:
    known = {
        "created": tr("Created"),
        "edited": tr("Edited"),
        "imported": tr("Plan imported"),
        "plan_edited": tr("Plan edited"),
        "deleted": tr("Deleted"),
    }
    act = known.get(note.action, note.action.replace("_", " ").capitalize())
    version = note.body.get("version")
    if isinstance(version, int):
        return tr("{act}: version {version}", act=act, version=number(version))
    return act
