"""Buttons, chips, choices, fields: pressed, typed and looked at."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.values import Money
from ui import theme
from ui.widgets.buttons import Button, Chip, TenderButton
from ui.widgets.fields import Field, MoneyField, PasswordField, SaleLine, SearchField
from ui.widgets.flow import Flow
from ui.widgets.frames import Empty, LineLabel
from ui.widgets.marks import SeatLabel, SoldBar
from ui.widgets.segmented import Segmented
from ui.widgets.stepper import Stepper

LEFT = Qt.MouseButton.LeftButton
PRICE_TYPES = [("adult", "Adult"), ("child", "Child"), ("conc", "Conc.")]


@pytest.fixture
def page(qtbot):
    """A shown page to put parts on."""
    made = QWidget()
    made.setLayout(QVBoxLayout())
    qtbot.addWidget(made)
    made.show()
    return made


def put(page, *parts):
    for part in parts:
        page.layout().addWidget(part)
    QApplication.processEvents()  # a new child is shown by an event
    page.adjustSize()
    page.layout().activate()
    return parts[0]


def has(widget, token):
    image, wanted = widget.grab().toImage(), theme.current().colour(token).name()
    return any(
        image.pixelColor(x, y).name() == wanted
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_is_pressed_by_return_and_space(qtbot, page, key):
    button = put(page, Button("Save"))
    with qtbot.waitSignal(button.clicked, timeout=500):
        qtbot.keyClick(button, key)


def test_the_ring_shows_for_the_keyboard_and_not_for_the_mouse(page):
    one, two = Button("One"), Button("Two")
    put(page, one, two)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    assert has(one, "focus")
    two.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not has(two, "focus")


def test_sizes_come_from_tokens(page):
    look = theme.current()
    assert put(page, Button("Save")).height() == look.size("button")
    assert put(page, Button("Take €150.00", look="primary", height="pay")).height() == look.size(
        "pay"
    )
    assert put(page, Chip("Stalls", value="€48", dot="zone-1")).height() == look.size("chip")
    assert put(page, TenderButton("Cash", key="F9")).height() == look.size("tender")
    assert put(page, Field("Name")).edit.height() == look.size("field")
    assert put(page, Button("", icon="x", accessible="Close")).width() == look.size("button")


def test_a_field_is_as_high_with_the_focus_as_without(page):
    field = put(page, Field("Name"))
    before = field.edit.height()
    field.setFocus(Qt.FocusReason.TabFocusReason)
    assert field.edit.height() == before
    assert has(field.edit, "focus")


def test_a_button_with_only_an_icon_has_a_name_and_a_tip(page):
    button = put(page, Button("", icon="x", accessible="Close"))
    said = QAccessible.queryAccessibleInterface(button)
    assert said.text(QAccessible.Text.Name) == "Close"
    assert said.role() == QAccessible.Role.Button
    assert button.toolTip() == "Close"


def test_a_chip_reads_its_figure_and_turns_dark_when_chosen(qtbot, page):
    chip = put(page, Chip("Stalls", value="€48", dot="zone-1", checkable=True))
    assert chip.accessibleName() == "Stalls €48"
    assert has(chip, "zone-1")
    ground = QPoint(chip.width() // 2, 3)
    assert chip.grab().toImage().pixelColor(ground) != theme.current().colour("chosen")
    qtbot.mouseClick(chip, LEFT)
    assert chip.grab().toImage().pixelColor(ground) == theme.current().colour("chosen")


def test_a_squeezed_chip_still_shows_its_figure(page):
    chip = put(page, Chip("Balcony, far left", value="€48", dot="zone-1"))
    whole = chip.grab(chip.rect().adjusted(chip.width() - 45, 0, 0, 0)).toImage()
    chip.setFixedWidth(chip.width() - 30)
    assert chip.grab(chip.rect().adjusted(chip.width() - 45, 0, 0, 0)).toImage() == whole


def test_a_long_line_ends_in_dots_and_is_told_by_its_tip(page):
    line = put(page, LineLabel("Friday 27 November 2026, 20:00, doors 19:15, Main house", "muted"))
    line.grab()
    assert line.toolTip() == ""
    line.setFixedWidth(120)
    line.grab()
    assert line.toolTip() == line.text()


def test_the_pay_button_fills_its_panel_though_its_words_come_later(page):
    put(page, Button("", look="primary", height="pay", key="F12"))
    button = page.findChild(Button)
    button.setText("Take €150.00 and print")
    page.resize(500, 100)
    page.layout().activate()
    assert button.width() > 450


def test_a_segment_is_chosen_by_click_and_by_arrow(qtbot, page):
    choice = put(page, Segmented(PRICE_TYPES, accessible="Price type"))
    told = []
    choice.chosen.connect(told.append)
    assert choice.choice() == "adult"
    qtbot.mouseClick(choice, LEFT, pos=QPoint(choice.width() - 10, choice.height() // 2))
    child = choice.childAt(QPoint(choice.width() - 10, choice.height() // 2))
    qtbot.mouseClick(child, LEFT)
    qtbot.keyClick(child, Qt.Key.Key_Left)
    assert told == ["conc", "child"]
    assert choice.choice() == "child"


def test_choosing_from_the_program_tells_nobody(page):
    choice = put(page, Segmented(PRICE_TYPES, accessible="Price type"))
    told = []
    choice.chosen.connect(told.append)
    choice.choose("conc")
    assert choice.choice() == "conc"
    assert told == []


def test_a_stepper_steps_types_and_stops_at_its_limits(qtbot, page):
    stepper = put(page, Stepper(accessible="Quantity", least=0, most=3, value=1))
    told = []
    stepper.changed.connect(told.append)
    less, more = stepper.findChildren(Button)
    qtbot.mouseClick(more, LEFT)
    qtbot.keyClick(stepper.number, Qt.Key.Key_Up)
    assert told == [2, 3]
    assert not more.isEnabled()
    assert less.isEnabled()
    stepper.set_most(2)
    assert stepper.value() == 2
    assert stepper.number.lineEdit().width() > 30


def test_a_problem_stands_below_the_field_until_it_is_edited(qtbot, page):
    field = put(page, Field("Name"))
    field.set_problem("Please fill this in.")
    assert has(field.edit, "bad")
    assert field.edit.accessibleDescription() == "Please fill this in."
    qtbot.keyClicks(field.edit, "A")
    assert field.problem() == ""
    assert not has(field.edit, "bad")


def test_a_money_field_mends_what_it_understands_and_refuses_the_rest(qtbot, page):
    field = put(page, MoneyField("Float", currency="EUR"))
    qtbot.keyClicks(field.edit, "50,5")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.text() == "50.50"
    assert field.money() == Money(5050, "EUR")
    field.set_text("")
    qtbot.keyClicks(field.edit, "fifty")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.problem() == "Type an amount such as 50 or 50.50."
    with pytest.raises(Invalid):
        field.money()


def test_a_password_shows_only_while_the_eye_is_open(page):
    field = put(page, PasswordField("Password"))
    field.set_text("secret")
    assert field.edit.displayText() != "secret"
    eye = field.edit.actions()[0]
    assert eye.text() == "Show the password"
    eye.trigger()
    assert field.edit.displayText() == "secret"
    assert eye.text() == "Hide the password"


def test_a_search_is_told_once_when_the_typing_has_settled(qtbot, page):
    search = put(page, SearchField("Search events", key="F3"))
    told = []
    search.searched.connect(told.append)
    qtbot.keyClicks(search, "winter")
    qtbot.waitUntil(lambda: bool(told), timeout=1000)
    assert told == ["winter"]
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""


def test_the_sale_line_wears_a_halo_only_with_the_focus(page):
    line = put(page, SaleLine("2a stalls best", accessible="Sale line"), Button("Elsewhere"))
    line.set_preview("F 5, F 6")
    page.findChild(Button).setFocus(Qt.FocusReason.TabFocusReason)
    assert not has(line, "focus")
    line.setFocus(Qt.FocusReason.TabFocusReason)
    assert has(line, "focus")
    assert line.accessibleDescription() == "F 5, F 6"


def test_a_sold_bar_says_its_share(page):
    bar = put(page, SoldBar(0.8))
    assert bar.accessibleName() == "80\xa0% sold"
    assert has(bar, "brass")
    bar.set_share(0.0)
    assert not has(bar, "brass")


def test_a_seat_of_the_basket_wears_the_baskets_colours(page):
    seat = put(page, SeatLabel("F 7"))
    assert has(seat, "mine")
    assert has(seat, "mine-mark")


def test_an_empty_list_says_what_to_do(qtbot, page):
    empty = put(page, Empty("No bookings yet", "Sell one.", icon="ticket", action="Sell a ticket"))
    with qtbot.waitSignal(empty.acted, timeout=500):
        qtbot.mouseClick(empty.button, LEFT)


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "2,000"), ("KWD", "2,000.000")])
def test_an_amount_is_read_in_the_currency_it_was_told(qtbot, page, currency, shown):
    field = put(page, MoneyField("Given", currency="EUR"))
    field.set_currency(currency)
    qtbot.keyClicks(field.edit, "2000")
    field.edit.editingFinished.emit()
    assert field.edit.text() == shown
    assert field.money().currency == currency


def test_a_flow_gives_no_room_to_what_is_hidden_and_makes_room_for_what_comes(qtbot):
    chips = [Chip("Stalls"), Chip("Circle"), Chip("Balcony")]
    flow = Flow()
    qtbot.addWidget(flow)
    flow.set_parts(chips)
    chips[2].hide()
    flow.resize(chips[0].sizeHint().width() + chips[1].sizeHint().width() + 12, 40)
    flow.show()
    assert flow.height() == chips[0].height()
    chips[2].show()
    qtbot.waitUntil(lambda: flow.height() > 2 * chips[0].height())


def test_a_hint_without_room_says_search_and_tells_the_rest(qtbot):
    field = SearchField("Search number, customer, event, code", key="F3")
    qtbot.addWidget(field)
    field.resize(420, 40)
    field.show()
    assert field.placeholderText() == "Search number, customer, event, code"
    field.resize(200, 40)
    assert field.placeholderText() == "Search"
    assert field.toolTip() == "Search number, customer, event, code"
    assert field.accessibleName() == "Search number, customer, event, code"
