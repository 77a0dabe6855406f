"""The dashboard on the screen, over a real theatre."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.users import Role
from tests.builders import Clock, Theatre, plan, theatre
from ui.dashboard.view import DashboardView
from ui.relay import Relay
from ui.screen import Context, Session
from ui.tasks import ImmediateTasks


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()


@pytest.fixture
def view(house: Theatre, qtbot: QtBot) -> DashboardView:
    said = []
    context = Context(
        services=house.services,
        tasks=ImmediateTasks(),
        relay=Relay(house.services.bus),
        session=Session(replace(house.admin, role=Role.MANAGER)),
        navigate=lambda *_: None,
        say=lambda *words: said.append(words),
        sign_out=lambda: None,
    )
    made = DashboardView(context)
    made.said = said
    qtbot.addWidget(made)
    made.resize(1500, 900)
    return made


def sell(house: Theatre, *labels):
    return house.services.tickets.sell(house.order(*labels), by=house.cashier)


def test_a_new_house_is_told_when_its_figures_come(view: DashboardView):
    view.show()
    assert view.empty.isVisible()
    assert not view.range.isVisible()


def test_every_card_has_its_answer_and_its_picture(view: DashboardView, house: Theatre):
    sell(house, "A-1", "A-2")
    view.show()
    assert not view.empty.isVisible()
    assert view.tiles[0].value.text() == "€80"
    for name, card in view.cards.items():
        assert card.title.text(), name
        assert card.chart.picture() is not None, name


def test_one_event_is_chosen_on_its_chip_or_on_its_bar(
    view: DashboardView, house: Theatre, qtbot: QtBot
):
    sell(house, "A-1")
    view.show()
    top = view.cards["top"].chart
    top.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(top, Qt.Key.Key_Home)
    qtbot.keyClick(top, Qt.Key.Key_Return)
    assert view.dashboard.state.asked.event_id == house.event.id
    assert view.event_chip.choice() == house.event.id
    assert "The Winter Garden" in view.header.line.text()
    view.event_chip.choices.actions()[0].trigger()
    assert view.dashboard.state.asked.event_id == ""


@pytest.mark.parametrize(("words", "name"), [("Today", "today"), ("This season", "season")])
def test_a_range_is_chosen_on_its_chip(view: DashboardView, house: Theatre, words, name):
    sell(house, "A-1")
    view.show()
    action = next(a for a in view.range.choices.actions() if a.text() == words)
    action.trigger()
    assert view.dashboard.state.asked.range == name
    assert view.range.choice() == name
    view.range.choices.actions()[0].trigger()
    assert view.dashboard.state.asked.range == "28"


def test_another_screen_opens_it_at_an_event(view: DashboardView, house: Theatre):
    sell(house, "A-1")
    view.show()
    view.show_item(house.event.id)
    assert view.dashboard.state.scope.event_id == house.event.id


def test_cards_stand_two_in_a_row_where_three_have_no_room(view: DashboardView, house: Theatre):
    sell(house, "A-1")
    view.show()
    view.resize(1060, 700)
    QApplication.processEvents()  # lays it out
    wide = view.area.viewport().width()
    for name, card in view.cards.items():
        assert card.geometry().right() <= wide, name
        assert card.width() > 250, name
    assert view.cards["takings"].y() == view.cards["price_type"].y() != view.cards["tender"].y()
