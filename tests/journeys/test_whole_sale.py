"""One evening at the counter, by mouse and keyboard: from signing in to the next customer."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.config import Settings
from app.domain.tickets import ClaimStatus
from tests.builders import Clock, Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.bookings.view import BookingsView
from ui.box_office.view import BoxOfficeView
from ui.tasks import ImmediateTasks
from ui.widgets.frames import Label
from ui.widgets.segmented import Segmented
from ui.widgets.ticket_preview import TicketPreview

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Evening:
    """The program as the cashier meets it: what is on screen, and hands that click and type."""

    def __init__(self, theatre: Theatre, qtbot) -> None:
        self.theatre = theatre
        self.program = Houselights(theatre.services, tasks=ImmediateTasks())
        self._qtbot = qtbot

    @property
    def counter(self) -> BoxOfficeView:
        return self._screen(BoxOfficeView)

    @property
    def bookings(self) -> BookingsView:
        return self._screen(BookingsView)

    def _screen(self, kind):
        (view,) = self.program.window.findChildren(kind)
        return view

    def type(self, widget, text: str) -> None:
        self._qtbot.keyClicks(widget, text)

    def press(self, key: Qt.Key, widget=None) -> None:
        """A key where the focus is."""
        window = self.program.window
        self._qtbot.keyClick(widget or window.focusWidget() or window, key)

    def click(self, widget, at=None) -> None:
        self._qtbot.mouseClick(widget, LEFT, pos=at or widget.rect().center())

    def bring_up(self, widget) -> None:
        """Keys reach only the active window."""
        widget.activateWindow()
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is widget)

    def sign_in(self) -> None:
        self.program.show_login()
        login = self.program.login
        self.bring_up(login)
        self.type(login.email.edit, "carla@example.org")
        self.press(Key.Key_Return, login.email.edit)
        self.type(login.password.edit, "curtain up")
        self.press(Key.Key_Return, login.password.edit)
        self._qtbot.waitUntil(lambda: self.program.window is not None)
        self.bring_up(self.program.window)

    def choose_performance(self) -> None:
        shown = self.counter.list.list
        line = shown.model().index(1, 0)  # under the heading of its day
        self.click(shown.viewport(), shown.visualRect(line).center())
        self._qtbot.waitUntil(lambda: self.counter.house.map.house is not None)

    def click_seat(self, label: str) -> None:
        seat_map = self.counter.house.map
        self.click(seat_map, seat_map.seat_rect(self.theatre.plan.label.index(label)).center())

    def choose_price_type(self, seat: str, short: str) -> None:
        row = next(row for row in self.counter.counter.state.rows if row.seat == seat)
        line = self.counter.basket.lines.part(row.place)
        segments = line.findChild(Segmented).children()
        self.click(next(s for s in segments if getattr(s, "text", str)() == short))

    def preview(self) -> TicketPreview:
        """The tickets on screen, in front."""
        self._qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), TicketPreview))
        preview = QApplication.activeModalWidget()
        self.bring_up(preview)
        return preview

    def put_away(self, preview: TicketPreview) -> None:
        """Esc; nothing of it stays behind in memory."""
        self.press(Key.Key_Escape, preview)
        window = self.program.window
        self._qtbot.waitUntil(lambda: not window.findChildren(TicketPreview))
        self.bring_up(window)

    def held(self) -> list[str]:
        """Seats held in the database, by any basket."""
        return self._seats(ClaimStatus.HELD)

    def sold(self) -> list[str]:
        return self._seats(ClaimStatus.SOLD)

    def _seats(self, status: ClaimStatus) -> list[str]:
        services, made = self.theatre.services, self.theatre
        claims = services.tickets.house(made.performance.id, by=made.admin).claims
        return [made.plan.label_of(claim.seat_no) for claim in claims if claim.status is status]

    def end(self) -> None:
        for widget in (self.program.login, self.program.window):
            if widget is not None:
                widget.close()
                widget.deleteLater()
        self.program.deleteLater()


def words_on(widget) -> list[str]:
    """Every word that is to be seen there."""
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


@pytest.fixture
def lights(qapp: QApplication) -> Iterator[None]:
    """House lights up, before and after."""
    theme.apply(qapp, theme.load("light"))
    yield
    theme.apply(qapp, theme.load("light"))


@pytest.fixture
def evening(lights, qtbot, sqlite_url: str) -> Iterator[Evening]:
    made = Evening(theatre(sqlite_url, clock=Clock(), house=plan()), qtbot)
    yield made
    made.end()
    made.theatre.services.close()


@pytest.fixture
def at_counter(evening: Evening) -> Evening:
    """Signed in, the performance on the counter."""
    evening.sign_in()
    evening.choose_performance()
    return evening


def test_a_whole_sale_from_signing_in_to_the_next_customer(evening):
    evening.sign_in()
    assert evening.program.login is None
    evening.choose_performance()
    assert "The Winter Garden" in words_on(evening.counter.house)

    evening.click_seat("A-4")
    evening.click_seat("A-5")
    assert evening.held() == ["A-4", "A-5"]
    basket = evening.counter.basket
    assert basket.money.pay.text() == "Take €80.00 and print"
    evening.choose_price_type("A-5", "Child")
    assert "€60.00" in words_on(basket)

    given = basket.money.given.edit
    evening.click(given)
    evening.type(given, "100")
    assert "€40.00" in words_on(basket)
    evening.press(Key.Key_F12)
    evening.put_away(evening.preview())
    assert evening.sold() == ["A-4", "A-5"]
    assert evening.held() == []
    assert {"Booking T1-00001", "€40.00"} <= set(words_on(basket))

    evening.press(Key.Key_F12)
    assert "Nothing in the basket" in words_on(basket)
    assert evening.counter.house.line.field.hasFocus()

    evening.program.window.go("bookings")
    view = evening.bookings
    row = view.rows.index(0, 0)
    assert (view.rows.rowCount(), row.data()) == (1, "T1-00001")
    evening.click(view.table.viewport(), view.table.visualRect(row).center())
    assert {"Booking T1-00001", "€60.00", "The Winter Garden"} <= set(words_on(view.page))
    evening.click(view.page.tickets)
    evening.put_away(evening.preview())


def test_the_next_customer_finds_no_trace_of_the_last_ones_money(at_counter):
    given = at_counter.counter.basket.money.given.edit
    at_counter.click_seat("A-1")
    at_counter.click(given)
    at_counter.type(given, "50")
    at_counter.press(Key.Key_Return)
    at_counter.put_away(at_counter.preview())
    at_counter.press(Key.Key_F12)
    at_counter.click_seat("A-2")
    assert given.text() == ""
    assert at_counter.counter.basket.money.pay.text() == "Take €40.00 and print"


def test_too_little_leaves_the_button_dead_and_the_seat_held(at_counter):
    basket = at_counter.counter.basket
    at_counter.click_seat("A-1")
    at_counter.click(basket.money.given.edit)
    at_counter.type(basket.money.given.edit, "39.99")
    assert not basket.money.pay.isEnabled()
    at_counter.press(Key.Key_F12)
    assert (at_counter.held(), at_counter.sold()) == (["A-1"], [])


def test_a_seat_sold_elsewhere_meanwhile_is_named_above_the_map(at_counter):
    made = at_counter.theatre
    at_counter.click_seat("A-1")
    made.clock.pass_by(minutes=11)
    made.services.tickets.sell(made.order("A-1"), by=made.cashier)
    at_counter.press(Key.Key_F12)
    assert "A-1" in at_counter.counter.house.notice.text()
    assert "Nothing in the basket" in words_on(at_counter.counter.basket)


def test_what_another_till_sold_shows_in_the_programme(at_counter):
    made = at_counter.theatre
    at_counter.program.window.go("bookings")
    url = f"sqlite:///{made.services.database.path}"
    elsewhere = build(Settings(url, station="T2"), clock=made.clock)
    elsewhere.tickets.sell(made.order("A-1", "A-2"), by=made.cashier)
    elsewhere.close()
    at_counter.program.window.go("box_office")
    (line,) = at_counter.counter.programme.state.lines
    assert line.free == 38


def test_closing_the_window_frees_the_seats_of_a_full_basket(at_counter):
    at_counter.click_seat("A-1")
    at_counter.click_seat("D-10")
    assert at_counter.held() == ["A-1", "D-10"]
    at_counter.program.window.close()
    assert at_counter.held() == []


def test_signing_out_frees_the_seats_and_shows_the_door_again(at_counter):
    at_counter.click_seat("A-1")
    at_counter.program.sign_out()
    assert at_counter.held() == []
    assert at_counter.program.login.isVisible()
    assert at_counter.program.window is None


def test_f8_turns_the_house_lights_down_and_up_again(at_counter):
    window = at_counter.program.window
    for name in ("dark", "light"):
        at_counter.press(Key.Key_F8, window)
        assert theme.current().name == name
