"""The screen of venues: the list, one venue, and the form beside either."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.domain.venues import PlanEdited
from ui.errors import Level
from ui.i18n import plural, tr
from ui.screen import Context
from ui.venues.form_panel import FormPanel
from ui.venues.holds import Holds
from ui.venues.houses import Houses
from ui.venues.list_page import VenuesPage
from ui.venues.plan_editor import PlanEditor
from ui.venues.venue_page import PLAN, VenuePage
from ui.widgets.ask import Ask


class VenuesView(QWidget):
    """List, venue, form."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        services, by, tasks = context.services, context.session.operator, context.tasks
        relay = context.relay
        self.houses = Houses(
            venues=services.venues,
            files=services.plan_files,
            by=by,
            tasks=tasks,
            relay=relay,
            parent=self,
        )
        self.editor = PlanEditor(
            events=services.events, venues=services.venues, by=by, tasks=tasks, parent=self
        )
        self.holds = Holds(
            venues=services.venues,
            tickets=services.tickets,
            by=by,
            tasks=tasks,
            relay=relay,
            parent=self,
        )
        self.list = VenuesPage(self.houses)
        self.venue = VenuePage(self.houses, self.editor, self.holds)
        self.form = FormPanel(self.houses)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.venue)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._stack, 1)
        row.addWidget(self.form)
        self._connect_parts()
        self.houses.load()

    def _connect_parts(self) -> None:
        self.list.opened.connect(self.open)
        self.list.new_asked.connect(self.new_venue)
        self.venue.left.connect(self._leave_venue)
        self.venue.edit_asked.connect(self.houses.begin_edit)
        self.houses.saved.connect(self._on_saved)
        self.houses.gone.connect(self._drop_and_leave)
        self.houses.imported.connect(self._on_imported)
        self.editor.saved.connect(self._on_plan_saved)

    def page(self) -> QWidget | None:
        """What is on show."""
        return self._stack.currentWidget()

    def show_item(self, key: str) -> None:
        """Open the venue with this id."""
        self.open(key)

    def open(self, venue_id: str) -> None:
        """Show one venue."""
        self.houses.close_form()
        self.houses.open(venue_id)
        self._stack.setCurrentWidget(self.venue)
        self.venue.show_mode(PLAN)
        self.venue.map.setFocus()

    def new_venue(self) -> None:
        """An empty form, on the clock and in the money of the first venue."""
        rows = self.houses.state.rows
        zone = rows[0].venue.zone if rows else "Europe/Berlin"
        currency = rows[0].venue.currency if rows else "EUR"
        self.houses.begin_new(zone=zone, currency=currency)

    def may_begin(self) -> bool:
        """Whether the list is on show, where new ones begin."""
        return self.page() is self.list

    def has_venue(self) -> bool:
        """Whether a venue is open."""
        return self.page() is self.venue

    def edit_venue(self) -> None:
        """The form of the venue that is open."""
        self.houses.begin_edit()

    def save(self) -> None:
        """Save the form, or what was changed on the plan."""
        if self.houses.state.form is not None:
            self.houses.save()
        elif self.page() is self.venue:
            self.editor.save()

    def step_back(self) -> None:
        """Away with the form, else back to the list."""
        if self.houses.state.form is not None:
            self.houses.close_form()
        elif self.page() is self.venue:
            self._leave_venue()

    def _leave_venue(self) -> None:
        if not self.editor.state.changed:
            self._to_list()
            return
        ask = Ask(
            tr("Leave without saving the plan?"),
            tr("Zones and marks you changed on this plan are not saved."),
            action=tr("Leave"),
            stay=tr("Go on editing"),
            parent=self.window(),
        )
        ask.agreed.connect(self._drop_and_leave)
        ask.open()

    def _drop_and_leave(self) -> None:
        self.editor.undo()
        self._to_list()

    def _to_list(self) -> None:
        self.houses.close_form()
        self._stack.setCurrentWidget(self.list)
        self.list.table.setFocus()

    def _on_saved(self, venue_id: str) -> None:
        self._context.say(tr("Saved."), Level.GOOD)
        if self.page() is self.list:
            self.open(venue_id)

    def _on_imported(self) -> None:
        self._context.say(tr("The plan is the venue's newest version now."), Level.GOOD)

    def _on_plan_saved(self, made: PlanEdited) -> None:
        text = tr("Saved as version {version}.", version=made.plan.version)
        if made.switched:
            used = plural(
                "{count} performance uses it.", "{count} performances use it.", len(made.switched)
            )
            text = f"{text} {used}"
        self._context.say(text, Level.GOOD)
        self.houses.load()
