"""The screen of events: pages in a stack, each one step from the other, Esc always one step back."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.analytics import Interaction
from app.domain.users import Permission
from ui.errors import Level
from ui.events.cancel_page import CancelPage
from ui.events.cancelling import Cancelling
from ui.events.catalogue import Catalogue
from ui.events.catalogue_page import CataloguePage
from ui.events.detail import Detail
from ui.events.detail_page import DetailPage
from ui.events.discounts import DiscountSetup
from ui.events.event_editor import EventEditor
from ui.events.event_page import EventPage
from ui.events.goods import GoodsSetup
from ui.events.goods_page import GoodsPage
from ui.events.kinds import Kinds
from ui.events.kinds_page import KindsPage
from ui.events.performance_editor import PerformanceEditor
from ui.events.performance_page import PerformancePage
from ui.events.series_editor import SeriesEditor
from ui.events.series_page import SeriesPage
from ui.events.shelf import Shelf
from ui.i18n import moment, plural, tr
from ui.screen import Context
from ui.widgets.ask import Ask
from ui.widgets.message_dialog import message_holders


class EventsView(QWidget):
    """List, event, editors."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted = ""
        self._make_models(context)
        self._make_editors(context)
        by = context.session.operator
        self.list = CataloguePage(
            self.catalogue,
            self.shelf,
            may_edit=by.may(Permission.EDIT_EVENTS),
            may_set_kinds=by.may(Permission.EDIT_EVENTS) and not by.own_events_only,
            may_discount=by.may(Permission.EDIT_DISCOUNTS),
        )
        self.detail_page = DetailPage(self.detail, self.shelf)
        self.form = EventPage(self.editor, self.shelf)
        self.performance = PerformancePage(self.performance_editor)
        self.series = SeriesPage(self.series_editor)
        self.cancel = CancelPage(self.cancelling)
        self.kinds_page = KindsPage(self.kinds)
        self.goods_page = GoodsPage(
            self.goods, self.discounts, may_set_goods=not by.own_events_only
        )
        self._stack = QStackedWidget()
        for page in (
            self.list,
            self.detail_page,
            self.form,
            self.performance,
            self.series,
            self.cancel,
            self.kinds_page,
            self.goods_page,
        ):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._connect_parts()
        self.catalogue.load()

    def _make_models(self, context: Context) -> None:
        services, by, tasks = context.services, context.session.operator, context.tasks
        relay = context.relay
        self.shelf = Shelf(services.events, by=by, tasks=tasks, parent=self)
        self.catalogue = Catalogue(
            events=services.events,
            programme=services.programme,
            venues=services.venues,
            cancellations=services.cancellations,
            by=by,
            tasks=tasks,
            relay=relay,
            parent=self,
        )
        self.detail = Detail(
            events=services.events,
            programme=services.programme,
            schedule=services.schedule,
            cancellations=services.cancellations,
            by=by,
            tasks=tasks,
            relay=relay,
            parent=self,
        )
        self.kinds = Kinds(
            prices=services.prices,
            programme=services.programme,
            memberships=services.memberships,
            by=by,
            tasks=tasks,
            relay=relay,
            parent=self,
        )
        self.cancelling = Cancelling(services.cancellations, by=by, tasks=tasks, parent=self)

    def _make_editors(self, context: Context) -> None:
        services, by, tasks = context.services, context.session.operator, context.tasks
        self.editor = EventEditor(
            programme=services.programme,
            drafts=services.drafts,
            settings=services.settings,
            by=by,
            tasks=tasks,
            parent=self,
        )
        self.performance_editor = PerformanceEditor(
            events=services.events,
            schedule=services.schedule,
            prices=services.prices,
            venues=services.venues,
            drafts=services.drafts,
            by=by,
            tasks=tasks,
            parent=self,
        )
        self.series_editor = SeriesEditor(
            events=services.events,
            schedule=services.schedule,
            prices=services.prices,
            venues=services.venues,
            drafts=services.drafts,
            by=by,
            tasks=tasks,
            parent=self,
        )
        self.goods = GoodsSetup(
            goods=services.goods,
            memberships=services.memberships,
            settings=services.settings,
            by=by,
            tasks=tasks,
            relay=context.relay,
            parent=self,
        )
        self.discounts = DiscountSetup(
            discounts=services.discounts,
            events=services.events,
            prices=services.prices,
            settings=services.settings,
            by=by,
            tasks=tasks,
            relay=context.relay,
            parent=self,
        )

    def _connect_parts(self) -> None:
        self.list.opened.connect(self.open)
        self.list.search.searched.connect(self._on_searched)
        self.list.new_asked.connect(self.new_event)
        self.list.kinds_asked.connect(self.show_kinds)
        self.kinds_page.left.connect(self._to_list)
        self.list.goods_asked.connect(self.show_goods)
        self.goods_page.left.connect(self._to_list)
        self.goods_page.saved.connect(self._on_kept)
        self.list.continue_asked.connect(self._continue)
        self.detail_page.left.connect(self._to_list)
        self.detail_page.edit_asked.connect(self.edit_event)
        self.detail_page.performance_asked.connect(self.edit_performance)
        self.detail_page.series_asked.connect(self.add_series)
        self.detail_page.cancel_asked.connect(self.call_off)
        self.detail_page.sell_asked.connect(self._sell)
        self.detail_page.message_asked.connect(self._write)
        for page in (self.form, self.performance, self.series, self.cancel):
            page.left.connect(self._leave_page)
        self.detail.gone.connect(self._to_list)
        self.detail.changed.connect(self._open_wanted)
        self.detail.copied.connect(self._on_copied)
        self.editor.saved.connect(self._on_event_saved)
        self.performance_editor.saved.connect(self._on_performance_saved)
        self.series_editor.saved.connect(self._on_series_saved)
        self.cancelling.finished.connect(self._on_called_off)

    # -- going about ---------------------------------------------------------------------------

    def page(self) -> QWidget | None:
        """What is on show."""
        return self._stack.currentWidget()

    def _go(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def show_item(self, key: str) -> None:
        """Open the event with this id."""
        self.open(key)

    def open(self, event_id: str) -> None:
        """Show an event's page."""
        self._seen(Interaction.VIEW_EVENT, event_id=event_id)
        self.detail.open(event_id)
        self._go(self.detail_page)

    def _on_searched(self, text: str) -> None:
        if text.strip():
            self._seen(Interaction.SEARCH, detail=text.strip())

    def _seen(self, what: Interaction, *, event_id: str | None = None, detail: str = "") -> None:
        by = self._context.session.operator
        self._context.services.interactions.seen(what, event_id=event_id, detail=detail, by=by)

    def new_event(self) -> None:
        """An empty form."""
        self.editor.begin_new()
        self._go(self.form)
        self.form.title.setFocus()

    def show_kinds(self) -> None:
        """Price types and categories of the house."""
        self.kinds.load()
        self._go(self.kinds_page)
        self.kinds_page.name.setFocus()

    def show_goods(self) -> None:
        """What the counter sells beside tickets, the memberships, and discounts."""
        self.goods_page.load()
        self._go(self.goods_page)
        self.goods_page.first.setFocus()

    def edit_event(self) -> None:
        """The form of the event that is open."""
        detail = self.detail.state.detail
        if detail is not None:
            self.editor.begin(detail.event)
            self._go(self.form)
            self.form.title.setFocus()

    def edit_performance(self, performance_id: str) -> None:
        """The form of a performance, "" for a new one."""
        detail = self.detail.state.detail
        if detail is not None:
            self.performance_editor.begin(detail, performance_id)
            self._go(self.performance)
            self.performance.day.setFocus()

    def add_series(self) -> None:
        """The form of a series."""
        detail = self.detail.state.detail
        if detail is not None:
            self.series_editor.begin(detail)
            self._go(self.series)
            self.series.times.setFocus()

    def call_off(self, performance_id: str) -> None:
        """The page that cancels a performance."""
        row, detail = self.detail.row(performance_id), self.detail.state.detail
        if row is not None and detail is not None:
            self.cancelling.begin(row, title=detail.event.title)
            self._go(self.cancel)

    def _continue(self, event_id: str, performance_id: str) -> None:
        self.open(event_id)
        self._wanted = performance_id
        self._open_wanted()

    def _open_wanted(self) -> None:
        """The page that cancels a performance, as soon as its event is there."""
        if self._wanted and self.detail.row(self._wanted) is not None:
            wanted, self._wanted = self._wanted, ""
            self.call_off(wanted)

    def _sell(self, performance_id: str) -> None:
        self._context.navigate("box_office", performance_id)

    def _write(self, performance_id: str) -> None:
        row, detail = self.detail.row(performance_id), self.detail.state.detail
        if row is not None and detail is not None:
            when = moment(row.performance.starts_at, row.performance.zone)
            title = f"{detail.event.title}, {when}, {row.venue}"
            message_holders(self._context, performance_id, title=title, parent=self.window())

    def _to_list(self) -> None:
        self._go(self.list)
        self.list.table.setFocus()

    def _to_detail(self) -> None:
        self.detail.load()
        self._go(self.detail_page)
        self.detail_page.table.setFocus()

    # -- commands ------------------------------------------------------------------------------

    def to_search(self) -> None:
        """The cursor into the search of the list."""
        if self.page() is self.list:
            self.list.search.setFocus()
            self.list.search.selectAll()

    def show_mode(self, mode: str) -> None:
        """The programme as a list or as a month."""
        self._to_list()
        self.catalogue.narrow(mode=mode)

    def new(self) -> None:
        """A new event; on an event's page a performance, among goods a product."""
        if self.page() is self.list and not self.list.new.isHidden():
            self.new_event()
        elif self.page() is self.goods_page:
            self.goods_page.new()
        elif self.page() is self.detail_page and self.detail.may_edit:
            self.edit_performance("")

    def edit(self) -> None:
        """The form of the event whose page is open."""
        if self.page() is self.detail_page and self.detail.may_edit:
            self.edit_event()

    def save(self) -> None:
        """Save the form; a field takes what is being typed in it when the focus leaves it."""
        typing = self.focusWidget()
        if typing is not None:
            typing.clearFocus()
            typing.setFocus()
        if self.page() is self.form:
            self.editor.save()
        elif self.page() is self.performance:
            self.performance.try_to_save()
        elif self.page() is self.series:
            self.series.try_to_save()

    def step_back(self) -> None:
        """To the page one came from; on the list, away with the search."""
        if self.page() in (self.detail_page, self.kinds_page, self.goods_page):
            self._to_list()
        elif self.page() is self.list:
            self.list.search.clear()
        else:
            self._leave_page()

    def _leave_page(self) -> None:
        """Back one page; what was typed and not saved is asked about first."""
        page = self.page()
        typed = (
            (self.form, self.editor.state.changed),
            (self.performance, self.performance_editor.state.changed),
        )
        if not any(changed for form, changed in typed if form is page):
            self._back()
            return
        ask = Ask(
            tr("Leave without saving?"),
            tr("What you typed is not saved. It is kept, and offered again when you come back."),
            action=tr("Leave"),
            look="primary",
            stay=tr("Go on editing"),
            parent=self.window(),
        )
        ask.agreed.connect(self._back)
        ask.open()

    def _back(self) -> None:
        for editor in (self.editor, self.performance_editor, self.series_editor):
            editor.keeper.write()
        if self.page() is self.form and self.editor.state.new:
            self._to_list()
        else:
            self._to_detail()

    def leave(self) -> None:
        """The window closes: what is typed is kept."""
        for editor in (self.editor, self.performance_editor, self.series_editor):
            editor.keeper.write()

    # -- what was saved ------------------------------------------------------------------------

    def _on_kept(self) -> None:
        self._context.say(tr("Saved."), Level.GOOD)

    def _on_event_saved(self, event_id: str) -> None:
        self._context.say(tr("Saved."), Level.GOOD)
        self.open(event_id)

    def _on_performance_saved(self, performance_id: str, told: int) -> None:
        del performance_id
        text = tr("Saved.")
        if told:
            text = plural(
                "Saved. {count} person is being told.",
                "Saved. {count} people are being told.",
                told,
            )
        self._context.say(text, Level.GOOD)
        self._to_detail()

    def _on_series_saved(self, count: int) -> None:
        text = plural("{count} performance added.", "{count} performances added.", count)
        self._context.say(text, Level.GOOD)
        self._to_detail()

    def _on_called_off(self) -> None:
        self._context.say(tr("The performance is cancelled."), Level.GOOD)
        self.detail.load()

    def _on_copied(self, event_id: str) -> None:
        self._context.say(tr("Duplicated as a draft."), Level.GOOD)
        self.open(event_id)
