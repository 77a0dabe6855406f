"""Discounts in the window: written down, seen at the counter's price, given up; an organizer's are for own
events."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.domain.discounts import DiscountKind, Scope
from app.domain.users import Role
from tests.builders import Clock, Theatre, plan, theatre
from tests.journeys.test_events import Office
from tests.services.stage import entry, full_prices, member, new_event
from ui import theme
from ui.events.goods_dialog import GoodsDialog
from ui.widgets.fields import Field

Key = Qt.Key


@pytest.fixture
def house(sqlite_url: str, qapp) -> Iterator[Theatre]:
    theme.apply(qapp, theme.load("light"))
    made = theatre(sqlite_url, clock=Clock(), house=plan())
    yield made
    made.services.close()


def office_of(house: Theatre, qtbot) -> Office:
    return Office(house, qtbot)


def the_form(office: Office) -> GoodsDialog:
    office.qtbot.waitUntil(lambda: bool(office.window.findChildren(GoodsDialog)))
    (found,) = office.window.findChildren(GoodsDialog)
    return found


def fill(office: Office, dialog: GoodsDialog, **texts: str) -> None:
    for name, text in texts.items():
        part = dialog.fields[name]
        if not isinstance(part, Field):
            part.choose(text)
            continue
        part.edit.setFocus()
        part.edit.selectAll()
        office.type(part.edit, text)


def save(office: Office, dialog: GoodsDialog) -> None:
    with office.qtbot.waitSignal(dialog.saved):
        office.qtbot.keyClick(dialog.fields["name"].edit, Key.Key_Return)
    office.qtbot.waitUntil(lambda: not office.window.findChildren(GoodsDialog))


def test_a_family_pays_for_three_until_it_is_given_up(house, qtbot):
    office = office_of(house, qtbot)
    office.click(office.events.list.goods)
    page = office.events.goods_page
    office.click(page.add_discount)
    dialog = the_form(office)
    fill(office, dialog, name="Family", kind="n_for_m", value="3 for 4", valid_until="31.12.2026")
    office.click(dialog.save)
    assert dialog.fields["value"].problem() == "This is too much."
    fill(office, dialog, value="4 for 3")
    save(office, dialog)
    line = page.discounts.itemAt(0).widget()
    assert line.name.text() == "Family"
    family = house.order("A-1", "A-2", "A-3", "A-4")
    quote = house.services.tickets.quote
    assert quote(family, by=house.cashier).total == house.euros(120)
    office.click(line.active)
    assert quote(family, by=house.cashier).total == house.euros(160)
    office.window.close()


def test_a_code_for_one_zone_is_changed_where_it_stands(house, qtbot):
    office = office_of(house, qtbot)
    office.click(office.events.list.goods)
    page = office.events.goods_page
    office.click(page.add_discount)
    dialog = the_form(office)
    fill(office, dialog, name="Circle", code="CIRCLE", value="50", zone="Zone 2")
    save(office, dialog)
    office.click(page.discounts.itemAt(0).widget().edit)
    dialog = the_form(office)
    assert dialog.fields["zone"].box.currentText() == "Zone 2"
    fill(office, dialog, value="20")
    save(office, dialog)
    (kept,) = house.services.discounts.discounts(by=house.admin)
    assert (kept.terms.kind, kept.terms.value, kept.version) == (DiscountKind.PERCENT, 2000, 2)
    order = replace(house.order("A-1", "D-1"), codes=("circle",))
    assert house.services.tickets.quote(order, by=house.cashier).total == house.euros(40 + 24)
    office.window.close()


def test_an_organizer_sees_discounts_alone_and_makes_them_for_own_events(house, qtbot):
    olga = member(house, Role.ORGANIZER, "Olga")
    own = new_event(olga)
    house.services.programme.add_event(own, by=olga)
    house.services.schedule.add_performance(
        own.id, entry(house), prices=full_prices(house), by=olga
    )
    office = office_of(replace(house, admin=olga), qtbot)
    office.click(office.events.list.goods)
    page = office.events.goods_page
    assert (page.add_product.isVisible(), page.add_kind.isVisible()) == (False, False)
    office.press(Key.Key_N, control=True)
    dialog = the_form(office)
    fill(office, dialog, name="Early birds", value="10")
    save(office, dialog)
    (made,) = house.services.discounts.discounts(by=olga)
    assert made.terms.scope == Scope(events=frozenset({own.id}))
    office.window.close()
