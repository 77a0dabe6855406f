"""Parts of long forms: what hands do to them, and what they then say."""

from datetime import date, time, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from ui import theme
from ui.widgets.calendar import Entry, MonthCalendar
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.forms import ChoiceField, ClockField, DayField, TextArea
from ui.widgets.month import MonthDays
from ui.widgets.poster import Posters
from ui.widgets.price_table import PriceRow, PriceTable
from ui.widgets.weekdays import Weekdays

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
TODAY = date(2026, 11, 24)


def told(signal):
    """What a signal carried, in order."""
    seen = []
    signal.connect(lambda *values: seen.append(values[0] if len(values) == 1 else values))
    return seen


# -- days and times --------------------------------------------------------------------------


@pytest.fixture
def day(qtbot):
    field = DayField("Date")
    qtbot.addWidget(field)
    field.show()
    return field


def test_a_typed_day_is_written_out_when_one_leaves_the_field(day, qtbot):
    seen = told(day.changed)
    qtbot.keyClicks(day.edit, "27.11.2026")
    qtbot.keyClick(day.edit, Key.Key_Return)
    assert seen == [date(2026, 11, 27)]
    assert day.edit.text() == "Fri 27 Nov 2026"


def test_an_unreadable_day_says_so_and_stays(day, qtbot):
    seen = told(day.changed)
    qtbot.keyClicks(day.edit, "some day")
    qtbot.keyClick(day.edit, Key.Key_Return)
    assert "27.11." in day.problem()
    assert day.edit.text() == "some day"
    assert seen == []


def test_up_and_down_go_by_days_and_an_emptied_field_means_none(day, qtbot):
    day.set_day(date(2026, 11, 27))
    seen = told(day.changed)
    qtbot.keyClick(day.edit, Key.Key_Up)
    qtbot.keyClick(day.edit, Key.Key_Down)
    day.edit.clear()
    qtbot.keyClick(day.edit, Key.Key_Return)
    assert seen == [date(2026, 11, 28), date(2026, 11, 27), None]


def test_a_time_steps_by_quarters_and_reads_what_is_typed(qtbot):
    field = ClockField("Starts", value=time(20))
    qtbot.addWidget(field)
    seen = told(field.changed)
    qtbot.keyClick(field.edit, Key.Key_Up)
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "8 pm")
    qtbot.keyClick(field.edit, Key.Key_Return)
    assert seen == [time(20, 15), time(20)]
    assert field.edit.text() == "20:00"


def test_a_month_is_walked_by_keys_and_clicked(qtbot):
    month = MonthDays(TODAY, today=TODAY)
    qtbot.addWidget(month)
    seen = told(month.chosen)
    qtbot.keyClick(month, Key.Key_Down)
    qtbot.keyClick(month, Key.Key_Right)
    qtbot.keyClick(month, Key.Key_PageDown)
    qtbot.keyClick(month, Key.Key_Return)
    qtbot.mouseClick(month, LEFT, pos=QPoint(5, 24 + 36 + 5))
    assert seen == [date(2027, 1, 1), date(2027, 1, 4)]


# -- choices ---------------------------------------------------------------------------------


def test_a_choice_stays_while_its_options_change_and_the_wheel_passes(qtbot):
    field = ChoiceField("Venue", [("a", "Main house"), ("b", "Studio")])
    qtbot.addWidget(field)
    field.choose("b")
    field.set_options([("b", "Studio"), ("c", "Foyer")])
    assert field.choice() == "b"
    field.set_options([("c", "Foyer")])
    assert field.choice() == ""


def test_a_long_text_is_told_as_it_is_typed_and_markup_stays_text(qtbot):
    area = TextArea("Description")
    qtbot.addWidget(area)
    seen = told(area.edited)
    area.set_text("<b>bold</b>")
    qtbot.keyClicks(area.area, "!")
    assert seen == ["!<b>bold</b>"]


def test_a_filter_says_what_is_asked_for(qtbot):
    chip = FilterChip("Category", everything="All categories")
    qtbot.addWidget(chip)
    chip.set_options([("drama", "Drama"), ("r&b", "R&B")])
    seen = told(chip.chosen)
    chip.choices.actions()[-1].trigger()
    assert seen == ["r&b"]
    assert chip.accessibleName() == "Category: R&B"
    chip.choices.actions()[0].trigger()
    assert chip.choice() == ""


def test_a_range_of_days_is_named_or_spelt_out(qtbot):
    chip = DaysChip("Date", everything="Any date")
    qtbot.addWidget(chip)
    chip.set_ranges([("week", "Next 7 days", TODAY, TODAY + timedelta(days=6))])
    seen = told(chip.ranged)
    chip.choices.actions()[2].trigger()
    assert seen == [(TODAY, TODAY + timedelta(days=6))]
    assert chip.accessibleName() == "Date: Next 7 days"
    chip.show_days(TODAY, TODAY + timedelta(days=2))
    assert chip.accessibleName() == "Date: Tue 24 Nov to Thu 26 Nov"


def test_weekdays_are_chosen_by_click_and_by_key(qtbot):
    days = Weekdays(accessible="Weekdays")
    qtbot.addWidget(days)
    seen = told(days.changed)
    qtbot.mouseClick(days.days[4], LEFT)
    qtbot.keyClick(days.days[0], Key.Key_Space)
    qtbot.mouseClick(days.days[4], LEFT)
    assert seen == [(4,), (0, 4), (0,)]


# -- the calendar ----------------------------------------------------------------------------


def entry(key, day, **changes):
    values = {"clock": "20:00", "title": "The Winter Garden", "share": 0.5, "line": "half sold"}
    return Entry(key=key, day=day, **(values | changes))


@pytest.fixture
def calendar(qtbot):
    made = MonthCalendar(today=TODAY)
    qtbot.addWidget(made)
    made.resize(900, 620)
    made.set_entries([entry("a", TODAY), entry("b", TODAY), entry("c", date(2026, 11, 25))])
    made.show()
    return made


def test_a_click_opens_what_is_under_it(calendar, qtbot):
    seen = told(calendar.opened)
    at = calendar.entry_rect(TODAY, 1).center().toPoint()
    qtbot.mouseClick(calendar, LEFT, pos=at)
    assert seen == ["b"]


def test_keys_walk_through_days_and_their_entries(calendar, qtbot):
    seen = told(calendar.opened)
    months = told(calendar.month_changed)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Return, Key.Key_Right, Key.Key_Return):
        qtbot.keyClick(calendar, key)
    assert seen == ["b", "c"]
    qtbot.keyClick(calendar, Key.Key_PageDown)
    assert months == [date(2026, 12, 1)]


def test_a_day_too_full_for_its_room_is_opened_whole(calendar, qtbot):
    calendar.set_entries([entry(str(n), TODAY) for n in range(40)])
    seen = told(calendar.day_opened)
    rect = calendar.entry_rect(TODAY, 0)
    qtbot.mouseClick(calendar, LEFT, pos=QPoint(round(rect.right()) - 4, round(rect.top()) - 12))
    assert seen == [TODAY]


def test_a_screen_reader_hears_how_full_it_is(calendar, qtbot):
    qtbot.keyClick(calendar, Key.Key_Down)
    assert calendar.accessibleDescription() == "20:00 The Winter Garden, half sold"


@pytest.mark.parametrize("name", theme.NAMES)
def test_a_fuller_house_paints_a_longer_bar(calendar, qapp, name):
    theme.apply(qapp, theme.load(name))
    calendar.set_entries([entry("a", TODAY, share=0.2), entry("b", date(2026, 11, 25), share=0.9)])
    brass = theme.current().colour("brass").rgb()
    picture = calendar.grab().toImage()

    def bar(day):
        rect = calendar.entry_rect(day, 0)
        y = round(rect.bottom() - 3)
        xs = range(round(rect.left()), round(rect.right()))
        return sum(1 for x in xs if picture.pixel(x, y) == brass)

    assert bar(TODAY) * 3 < bar(date(2026, 11, 25))


# -- prices ----------------------------------------------------------------------------------


@pytest.fixture
def prices(qtbot):
    table = PriceTable(accessible="Prices")
    qtbot.addWidget(table)
    table.prices.show(
        [PriceRow(1, "Stalls", 1), PriceRow(2, "Circle", 2)],
        [("adult", "Adult", "Adult"), ("child", "Child", "Child")],
        prices={(1, "adult"): 4800},
        currency="EUR",
    )
    table.resize(600, 200)
    table.show()
    table.setFocus()
    table.setCurrentIndex(table.prices.index(0, 0))
    return table


def test_a_block_of_a_spreadsheet_goes_in_as_a_block(prices):
    prices.paste("50\t25\n40.50\t€20,25\nand\tmore\n")
    assert prices.prices.prices() == {
        (1, "adult"): 5000,
        (1, "child"): 2500,
        (2, "adult"): 4050,
        (2, "child"): 2025,
    }


def test_an_emptied_place_is_not_sold(prices, qtbot):
    qtbot.keyClick(prices, Key.Key_Delete)
    assert prices.prices.prices() == {}


def test_enter_goes_down_and_from_the_foot_to_the_next_price_type(prices, qtbot):
    places = []
    for _ in range(3):
        qtbot.keyClick(prices, Key.Key_Return)
        places.append((prices.currentIndex().row(), prices.currentIndex().column()))
    assert places == [(1, 0), (0, 1), (1, 1)]


def test_tab_goes_right_and_out_of_the_list_at_its_ends(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    before, table, after = QLineEdit(), PriceTable(accessible="Prices"), QLineEdit()
    table.prices.show(
        [PriceRow(1, "Stalls", 1)],
        [("adult", "Adult", "Adult"), ("child", "Child", "Child")],
        prices={},
        currency="EUR",
    )
    for part in (before, table, after):
        column.addWidget(part)
    page.show()
    before.setFocus()
    walk = []
    for key in (Key.Key_Tab, Key.Key_Tab, Key.Key_Tab, Key.Key_Backtab, Key.Key_Backtab):
        qtbot.keyClick(page.focusWidget(), key)
        walk.append((page.focusWidget(), table.currentIndex().column()))
    qtbot.keyClick(page.focusWidget(), Key.Key_Backtab)
    assert walk == [(table, 0), (table, 1), (after, 1), (table, 1), (table, 0)]
    assert page.focusWidget() is before


def test_amounts_are_typed_straight_in_and_enter_goes_down(prices, qtbot):
    for text in ("52.50", "31"):
        qtbot.keyClick(prices.viewport(), text[0])
        line = prices.viewport().findChildren(QLineEdit)[-1]
        qtbot.keyClicks(line, text[1:])
        qtbot.keyClick(line, Key.Key_Return)
    assert prices.prices.prices() == {(1, "adult"): 5250, (2, "adult"): 3100}
    assert prices.currentIndex().column() == 1


def test_what_is_no_amount_is_marked_and_not_taken(prices):
    index = prices.prices.index(1, 1)
    prices.prices.setData(index, "a lot")
    assert prices.prices.problem_at(index)
    with pytest.raises(Invalid):
        prices.prices.prices()
    prices.prices.setData(index, "12")
    assert prices.prices.prices()[2, "child"] == 1200


def test_a_list_that_may_not_be_changed_does_not(prices):
    prices.prices.editable = False
    prices.paste("1\t1")
    assert prices.prices.prices() == {(1, "adult"): 4800}


# -- posters ---------------------------------------------------------------------------------


def test_a_file_that_is_no_picture_is_told_apart(qapp):
    posters = Posters()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80"><rect width="9" height="9"/></svg>'
    assert posters.put("a", svg)
    assert not posters.put("b", b"no picture at all")
    assert posters.pixmap("b", MonthDays(TODAY, today=TODAY).sizeHint(), ratio=1.0) is None
