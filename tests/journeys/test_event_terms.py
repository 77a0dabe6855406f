"""What an event says of cancelling and exchanging is typed on its form, and stands in the house's money."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.events import Event
from app.domain.house import HouseSettings
from tests.builders import Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.events.event_page import EventPage
from ui.events.view import EventsView
from ui.tasks import ImmediateTasks

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, house=plan())
    yield made
    made.services.close()


@pytest.fixture
def form(house: Theatre, qtbot) -> Iterator[EventPage]:
    theme.apply(QApplication.instance(), theme.load("light"))
    program = Houselights(house.services, tasks=ImmediateTasks())
    window = program.window_for(house.admin)
    window.resize(1400, 900)
    window.show()
    window.go("events", house.event.id)
    (view,) = window.findChildren(EventsView)
    view.editor.begin(stored(house))
    (page,) = window.findChildren(EventPage)
    yield page
    window.close()
    window.deleteLater()
    program.deleteLater()
    for _ in range(5):
        QApplication.processEvents()


def stored(house: Theatre) -> Event:
    return house.services.programme.event(house.event.id, by=house.admin)


def terms(house: Theatre) -> tuple[int | None, int, int]:
    event = stored(house)
    return event.cancel_hours, event.cancel_fee, event.exchange_fee


def write(qtbot, field, text: str) -> None:
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, text) if text else field.edit.clear()
    field.edit.textEdited.emit(field.edit.text())


def test_hours_and_fees_are_kept(house: Theatre, form: EventPage, qtbot):
    assert terms(house) == (None, 0, 0)
    write(qtbot, form.cancel_hours, "24")
    write(qtbot, form.cancel_fee, "2.50")
    write(qtbot, form.exchange_fee, "3")
    form.save.click()
    assert terms(house) == (24, 250, 300)
    assert form.cancel_fee.text() == "2.50"


def test_what_is_no_number_is_said_beside_the_field(house: Theatre, form: EventPage, qtbot):
    write(qtbot, form.cancel_hours, "a day")
    write(qtbot, form.cancel_fee, "2.555")
    form.save.click()
    assert form.cancel_hours.problem() == "Type a whole number such as 24."
    assert form.cancel_fee.problem() == "That is more decimals than the currency has."
    assert form.exchange_fee.problem() == ""
    assert terms(house) == (None, 0, 0)


def test_a_house_without_cents_writes_none(house: Theatre, form: EventPage, qtbot):
    settings = house.services.settings
    known = settings.house(by=house.admin)
    settings.change_house(
        HouseSettings(known.name or "Hall", "Asia/Tokyo", "JPY", known.version), by=house.admin
    )
    programme = house.services.programme
    programme.edit_event(replace(stored(house), cancel_fee=250), by=house.admin)
    form._editor.begin(stored(house))
    assert form.cancel_fee.text() == "250"
    write(qtbot, form.exchange_fee, "100")
    form.save.click()
    assert terms(house) == (None, 250, 100)
