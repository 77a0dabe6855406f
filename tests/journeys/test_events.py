"""A season is put on sale in the window: venue and plan, an event, its performances, prices, a move."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import build
from app.config import Settings
from app.domain.events import Event, EventStatus, PerformanceStatus
from app.domain.users import Role
from app.domain.values import new_id
from tests.builders import Clock, Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.events.view import EventsView
from ui.tasks import ImmediateTasks
from ui.venues.view import VenuesView
from ui.widgets.ask import Ask
from ui.widgets.frames import Label
from ui.widgets.seat_map.states import SeatState

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
PLAN_FILE = Path(__file__).parents[1] / "data" / "hall-1057-seats.pretix.json"


class Office:
    """The program with an admin at the desk, and hands that click and type."""

    def __init__(self, theatre: Theatre, qtbot) -> None:
        self.theatre = theatre
        self.services = theatre.services
        self.qtbot = qtbot
        self.program = Houselights(theatre.services, tasks=ImmediateTasks())
        self.window = self.program.window_for(theatre.admin)
        qtbot.addWidget(self.window)
        self.window.resize(1440, 900)
        self.window.show()
        self.bring_up()

    def bring_up(self) -> None:
        """Keys reach only the active window."""
        if QApplication.activeWindow() is not self.window:
            self.window.activateWindow()
            self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)

    @property
    def events(self) -> EventsView:
        return self._screen("events", EventsView)

    @property
    def venues(self) -> VenuesView:
        return self._screen("venues", VenuesView)

    def _screen(self, name, kind):
        if self.window.current() != name:
            self.window.go(name)
        (view,) = self.window.findChildren(kind)
        return view

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.qtbot.mouseClick(widget, LEFT, pos=at or widget.rect().center())

    def type(self, widget: QWidget, text: str) -> None:
        self.qtbot.keyClicks(widget, text)

    def press(self, key: Qt.Key, *, control: bool = False) -> None:
        """A key where the focus is."""
        self.bring_up()
        modifier = CONTROL if control else Qt.KeyboardModifier.NoModifier
        target = QApplication.focusWidget() or self.window
        self.qtbot.keyClick(target, key, modifier)

    def answer(self, *, yes: bool, text: str = "") -> None:
        """The question that is open."""
        (ask,) = self.window.findChildren(Ask)
        if text:
            ask.field.set_text(text)
        with self.qtbot.waitSignal(ask.finished):
            self.click(ask.yes if yes else ask.no)
        self.qtbot.waitUntil(lambda: not self.window.findChildren(Ask))

    def stored(self, event_id: str = "") -> Event:
        return self.services.programme.event(
            event_id or self.theatre.event.id, by=self.theatre.admin
        )


@pytest.fixture
def office(sqlite_url: str, qtbot, qapp) -> Iterator[Office]:
    theme.apply(qapp, theme.load("light"))
    house = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    made = Office(house, qtbot)
    yield made
    made.window.close()
    house.services.close()


def test_an_event_is_entered_published_and_found_again(office):
    events = office.events
    office.press(Key.Key_N, control=True)
    form = events.form
    office.type(form.title.edit, "Paper Lions")
    form.category.chosen.emit("\n")  # "New category …"
    office.type(form.new_category.edit, "Family")
    office.type(form.description.area, "For everybody from five on.")
    office.press(Key.Key_S, control=True)
    assert events.page() is events.detail_page
    event_id = events.detail.state.event_id
    assert office.stored(event_id).status is EventStatus.DRAFT
    assert events.detail_page.rows.rowCount() == 0

    office.click(events.detail_page.add)
    performance = events.performance
    office.type(performance.day.edit, "4.12.2026")
    office.press(Key.Key_Tab)
    office.type(performance.clock.edit, "15")
    office.press(Key.Key_Tab)
    performance.prices.table.setCurrentIndex(performance.prices.table.prices.index(0, 0))
    performance.prices.table.paste("20\t12\n16\t8")
    office.click(performance.save)
    assert events.page() is events.detail_page
    (row,) = events.detail_page.rows.rows()
    assert row.performance.wall_time == "2026-12-04T15:00"

    office.click(events.detail_page.publish)
    assert office.stored(event_id).status is EventStatus.PUBLISHED
    office.press(Key.Key_Escape)
    assert events.page() is events.list
    events.list.search.setText("lions")
    office.qtbot.waitUntil(lambda: events.catalogue.state.text == "lions")
    assert [row.title for row in events.list.rows.rows()] == ["Paper Lions"]


def test_a_series_is_made_by_rule_with_every_date_in_sight(office):
    events = office.events
    events.open(office.theatre.event.id)
    office.click(events.detail_page.series)
    series = events.series
    office.type(series.first.edit, "1.12.2026")
    office.press(Key.Key_Tab)
    office.type(series.until.edit, "20.12.2026")
    office.press(Key.Key_Tab)
    for day in (3, 4, 5):
        if not series.weekdays.days[day].isChecked():
            office.click(series.weekdays.days[day])
    assert series.save.text() == "Add 9 performances"
    office.press(Key.Key_S, control=True)
    assert events.page() is events.detail_page
    assert events.detail_page.rows.rowCount() == 10


def test_moving_a_sold_performance_says_who_will_be_told(office):
    theatre = office.theatre
    lena = office.services.users.add(
        "Lena",
        email="lena@example.org",
        password="curtain up",
        role=Role.CUSTOMER,
        by=theatre.admin,
    )
    office.services.tickets.sell(theatre.order("A-1", customer_id=lena.id), by=theatre.cashier)
    events = office.events
    events.open(theatre.event.id)
    office.click(events.detail_page.change)
    page = events.performance
    page.clock.edit.selectAll()
    office.type(page.clock.edit, "21")
    office.press(Key.Key_Tab)
    office.click(page.save)
    assert page.told.sentence.text() == "1 person holds tickets and will be told."
    office.type(page.told.reason.edit, "The set is late.")
    assert "Fri 27 Nov 2026, 20:00" in page.told.message.text()
    assert "Fri 27 Nov 2026, 21:00" in page.told.message.text()
    assert "The set is late." in page.told.message.text()
    office.click(page.told.save)
    assert events.page() is events.detail_page
    now = office.services.schedule.performance(theatre.performance.id, by=theatre.admin)
    assert now.wall_time == "2026-11-27T21:00"


def test_a_price_still_being_typed_is_saved_by_the_key(office):
    events = office.events
    events.open(office.theatre.event.id)
    office.click(events.detail_page.change)
    table = events.performance.prices.table
    table.setFocus()
    table.setCurrentIndex(table.prices.index(0, 0))
    office.press(Key.Key_9)
    office.press(Key.Key_9)
    office.press(Key.Key_S, control=True)
    stored = office.services.prices.prices(office.theatre.performance.id, by=office.theatre.admin)
    assert stored.amounts[1, office.theatre.adult.id] == 9900


def test_a_performance_is_cancelled_by_two_deliberate_acts(office):
    theatre = office.theatre
    office.services.tickets.sell(theatre.order("A-1", "A-2"), by=theatre.cashier)
    events = office.events
    events.open(theatre.event.id)
    office.click(events.detail_page.call_off)
    page = events.cancel
    assert not page.run.isEnabled()
    office.type(page.reason.area, "Ill")
    assert not page.run.isEnabled()
    office.click(page.sure, QPoint(8, page.sure.height() // 2))
    assert page.run.text() == "Cancel 1 booking"
    office.click(page.run)
    assert events.cancelling.state.finished
    now = office.services.schedule.performance(theatre.performance.id, by=theatre.admin)
    assert now.status is PerformanceStatus.CANCELLED


def test_leaving_an_unsaved_form_asks_and_offers_the_work_again(office):
    events = office.events
    office.press(Key.Key_N, control=True)
    office.type(events.form.title.edit, "Half a title")
    office.press(Key.Key_Escape)
    office.answer(yes=False)
    assert events.page() is events.form
    office.press(Key.Key_Escape)
    office.answer(yes=True)
    assert events.page() is events.list
    office.click(events.list.new)
    assert events.form.title.text() == ""
    assert events.form.offer.isVisible()
    office.click(events.form.offer.go_on)
    assert events.form.title.text() == "Half a title"


def test_two_windows_editing_one_event_lose_nothing(office):
    events = office.events
    events.open(office.theatre.event.id)
    office.press(Key.Key_E, control=True)
    form = events.form
    form.title.edit.selectAll()
    office.type(form.title.edit, "Mine")
    before = office.stored()
    theirs = Event(
        before.id, "Theirs", before.description, before.category, before.organizer_id, 700,
        version=before.version,
    )  # fmt: skip
    office.services.programme.edit_event(theirs, by=office.theatre.admin)
    office.press(Key.Key_S, control=True)
    assert form.conflict.isVisible()
    assert form.title.text() == "Mine"
    office.click(form.conflict.save)
    assert office.stored().title == "Mine"


def test_a_poster_is_chosen_shown_and_taken_away(office, tmp_path):
    picture = QImage(60, 84, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    assert picture.save(str(tmp_path / "poster.png"))
    events = office.events
    events.open(office.theatre.event.id)
    office.press(Key.Key_E, control=True)
    (tmp_path / "no picture.png").write_bytes(b"nothing of the kind")
    events.form.take_poster(str(tmp_path / "no picture.png"))
    assert events.editor.state.poster is None
    events.form.take_poster(str(tmp_path / "poster.png"))
    middle = events.form.poster.rect().center()
    shown = events.form.poster.grab().toImage().pixelColor(middle)
    assert shown == picture.pixelColor(5, 5)
    office.press(Key.Key_S, control=True)
    assert office.stored().poster
    office.press(Key.Key_E, control=True)
    office.click(events.form.take_away)
    office.press(Key.Key_S, control=True)
    assert office.stored().poster == ""


def test_a_copy_is_a_draft_of_its_own(office):
    events = office.events
    events.open(office.theatre.event.id)
    events.detail_page.more.choose("duplicate")
    office.answer(yes=True, text="The Winter Garden on tour")
    copy = events.detail.state.detail.event
    assert (copy.title, copy.status) == ("The Winter Garden on tour", EventStatus.DRAFT)
    assert copy.id != office.theatre.event.id


def test_texts_of_every_kind_are_shown_as_text(office):
    wild = "<h1>Big</h1> 演劇 مسرح 🎭 & Söhne"
    event = Event(new_id(), wild, "<b>x</b>" * 1_000, "Drama", office.theatre.admin.user_id, 0)
    office.services.programme.add_event(event, by=office.theatre.admin)
    events = office.events
    events.open(event.id)
    assert events.detail_page.header.title.text() == wild
    assert events.detail_page.description.text().startswith("<b>x</b>")
    assert not events.detail_page.grab().isNull()
    office.window.resize(1024, 680)
    assert events.detail_page.minimumSizeHint().width() <= events.width()


def test_the_list_is_fluent_with_ten_thousand_rows(office):
    event = office.stored()
    rows = office.events.catalogue.state.rows
    many = tuple(
        type(rows[0])(**{f: getattr(rows[0], f) for f in rows[0].__slots__} | {"id": str(n)})
        for n in range(10_000)
    )
    office.events.catalogue.set(rows=many, total=len(many))
    assert office.events.list.rows.rowCount() == 10_000
    assert event.title in str(office.events.list.rows.index(9_999, 0).data())


def test_a_venue_gets_its_plan_zones_and_marks_by_hand(office):
    venues = office.venues
    office.press(Key.Key_N, control=True)
    office.type(venues.form.name.edit, "Annexe")
    office.press(Key.Key_S, control=True)
    assert venues.page() is venues.venue
    venues.houses.read_plan(PLAN_FILE)
    assert venues.venue.read.isVisible()
    office.click(venues.venue.read.take)
    seat_map = venues.venue.map
    office.qtbot.waitUntil(lambda: seat_map.house is not None)
    for seat in (0, 1):
        seat_map.seat_clicked.emit(seat)
    assert seat_map.house.states[0] == SeatState.MINE
    assert venues.venue.zones.chosen.text() == "2 seats selected"
    box = venues.venue.zones.marks[1]
    office.click(box, QPoint(8, box.height() // 2))
    office.press(Key.Key_S, control=True)
    made = venues.editor.state.base
    assert made.version == 2
    assert list(made.attributes[:2] & 1) == [1, 1]


def test_a_venue_taken_away_takes_what_was_changed_on_its_plan_with_it(office):
    venues = office.venues
    office.press(Key.Key_N, control=True)
    office.type(venues.form.name.edit, "Annexe")
    office.press(Key.Key_S, control=True)
    venues.houses.read_plan(PLAN_FILE)
    office.click(venues.venue.read.take)
    office.qtbot.waitUntil(lambda: venues.editor.state.plan is not None)
    venues.editor.recolour(1)
    assert venues.editor.state.changed
    venues.venue.more.choose("delete")
    office.answer(yes=True)
    assert venues.page() is venues.list
    assert not venues.editor.state.changed


def test_seats_are_held_back_on_the_map_by_keyboard(office):
    venues = office.venues
    venues.open(office.theatre.performance.venue_id)
    venues.venue.show_mode("holds")
    seat_map = venues.venue.map
    seat_map.setFocus()
    office.press(Key.Key_Right)
    office.press(Key.Key_Space)
    office.press(Key.Key_Right)
    office.press(Key.Key_Space)
    panel = venues.venue.held
    assert panel.chosen.text() == "2 seats selected"
    office.type(panel.name.edit, "Press")
    office.qtbot.keyClick(panel.name.edit, Key.Key_Return)
    (line,) = office.services.venues.holds(office.theatre.performance.id, by=office.theatre.admin)
    assert (line.reason, line.count) == ("Press", 2)


def test_who_only_sells_may_look_but_not_touch(office, qtbot):
    window = office.program.window_for(office.theatre.cashier)
    qtbot.addWidget(window)
    window.show()
    window.go("events")
    (events,) = window.findChildren(EventsView)
    events.open(office.theatre.event.id)
    page = events.detail_page
    assert page.rows.rowCount() == 1
    for button in (page.add, page.edit, page.series, page.more, page.call_off, page.change):
        assert not button.isVisible()
    events.show_item(office.theatre.event.id)
    window.close()


def test_an_empty_house_says_what_to_do_first(sqlite_url, qtbot, qapp):
    theme.apply(qapp, theme.load("light"))
    services = build(Settings(sqlite_url, station="T1"))
    admin = services.users.command_line(services.station)
    window = Houselights(services, tasks=ImmediateTasks()).window_for(admin)
    qtbot.addWidget(window)
    window.show()
    window.go("events")
    (events,) = window.findChildren(EventsView)
    said = [label.text() for label in events.findChildren(Label) if label.isVisible()]
    assert "No events yet" in said
    window.go("venues")
    (venues,) = window.findChildren(VenuesView)
    said = [label.text() for label in venues.findChildren(Label) if label.isVisible()]
    assert "No venues yet" in said
    window.close()
    services.close()


def test_escape_empties_the_search_and_then_steps_back(office):
    events = office.events
    office.press(Key.Key_F3)
    office.type(events.list.search, "nothing like it")
    office.qtbot.waitUntil(lambda: events.catalogue.state.text != "")
    assert events.list.rows.rowCount() == 0
    office.press(Key.Key_Escape)
    office.qtbot.waitUntil(lambda: events.list.rows.rowCount() == 1)
