"""The sale line under the hands of a cashier and under a scanner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.domain.events import PriceType
from app.domain.payments import Tender
from app.domain.sale_command import (
    LineProblem,
    Paying,
    SaleCommand,
    ScanTicket,
    Wish,
)
from app.domain.sale_completion import complete
from app.domain.sale_line import parse
from app.domain.tickets import new_code
from app.domain.values import Money
from tests.builders import plan
from ui.box_office.sale_context import context_of
from ui.box_office.sale_line import completion_words, examples, problem_words
from ui.box_office.sale_line_panel import SaleLinePanel

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
NOW = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)  # a Tuesday, 12:30 in Berlin
KINDS = (
    PriceType("adult", "Adult", "Adult", 1),
    PriceType("child", "Child", "Child", 2),
    PriceType("conc", "Concession", "Conc.", 3),
)


def in_the_house(**changes):
    house = changes.pop("house", plan())
    wanted = {"kinds": KINDS, "currency": "EUR", "zone": "Europe/Berlin", "now": NOW}
    return context_of(house, **(wanted | changes))


class Counter:
    """What a counter would do with the line: remembers, and answers when told."""

    def __init__(self, panel):
        self.asked = []
        panel.submitted.connect(self.asked.append)


@pytest.fixture
def panel(qtbot):
    page = QWidget()
    column = QVBoxLayout(page)
    contexts = {"now": in_the_house(titles=("The Winter Garden",))}
    made = SaleLinePanel(lambda: contexts["now"], key="F3")
    column.addWidget(made)
    column.addWidget(QLineEdit())
    column.addStretch(1)
    page.resize(700, 600)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    made.field.setFocus()
    made.contexts = contexts
    made.page = page
    return made


@pytest.fixture
def counter(panel):
    return Counter(panel)


def type_in(panel, qtbot, text):
    qtbot.keyClicks(panel.field, text)


def unroll(panel, qtbot, text):
    """Type and wait as a person does, until something has unrolled."""
    type_in(panel, qtbot, text)
    qtbot.waitUntil(panel.completions.isVisible)
    return [choice.text for choice in panel.completions.choices()]


def held(key):
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)


# -- a scanner ---------------------------------------------------------------------------------------


def test_a_scanner_fires_letters_and_enter_and_is_understood(panel, counter, qtbot):
    code = new_code()
    qtbot.keyClicks(panel.field, code.lower())
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert counter.asked == [ScanTicket(code)]


def test_enter_takes_no_completion_nobody_moved_to(panel, counter, qtbot):
    unroll(panel, qtbot, "2c")
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert panel.field.text() == "2c"
    assert not panel.completions.isVisible()
    assert [command.kinds for command in counter.asked] == [(("child", 2),)]


def test_a_scan_after_the_list_was_moved_into_is_not_swallowed(panel, counter, qtbot):
    unroll(panel, qtbot, "b")
    qtbot.keyClick(panel.field, Key.Key_Down)
    code = new_code()
    panel.field.selectAll()
    qtbot.keyClicks(panel.field, code)
    qtbot.keyClick(panel.field, Key.Key_Enter)
    assert counter.asked == [ScanTicket(code)]


def test_a_second_scan_before_the_answer_is_a_line_of_its_own(panel, counter, qtbot):
    first, second = new_code(), new_code()
    for code in (first, second):
        qtbot.keyClicks(panel.field, code)
        qtbot.keyClick(panel.field, Key.Key_Return)
    assert counter.asked == [ScanTicket(first), ScanTicket(second)]
    panel.accept()
    assert panel.field.text() == ""


# -- one act for one Enter ---------------------------------------------------------------------------


def test_enter_held_down_and_pressed_again_is_one_sale(panel, counter, qtbot):
    type_in(panel, qtbot, "2a / cash 80")
    qtbot.keyClick(panel.field, Key.Key_Return)
    QApplication.sendEvent(panel.field, held(Key.Key_Return))
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert counter.asked == [
        SaleCommand(2, (("adult", 2),), payments=(Paying(Tender.CASH, Money(8000, "EUR")),))
    ]
    assert panel.field.text() == "2a / cash 80"


def test_what_was_done_leaves_an_empty_line_and_comes_back_with_up(panel, counter, qtbot):
    for line in ("2a", "3 best"):
        type_in(panel, qtbot, line)
        qtbot.keyClick(panel.field, Key.Key_Return)
        panel.accept()
        assert panel.field.text() == ""
        assert panel.echo.text() == ""
    seen = []
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Up, Key.Key_Down, Key.Key_Down):
        qtbot.keyClick(panel.field, key)
        seen.append(panel.field.text())
    assert seen == ["3 best", "2a", "2a", "3 best", ""]


def test_up_leaves_alone_what_is_being_typed(panel, counter, qtbot):
    type_in(panel, qtbot, "2a")
    qtbot.keyClick(panel.field, Key.Key_Return)
    panel.accept()
    type_in(panel, qtbot, "1")
    qtbot.keyClick(panel.field, Key.Key_Up)
    assert panel.field.text() == "1"


def test_what_could_not_be_done_stays_and_says_why(panel, counter, qtbot):
    type_in(panel, qtbot, "A1")
    qtbot.keyClick(panel.field, Key.Key_Return)
    panel.refuse("Seat A 1 is taken.")
    assert panel.field.text() == "A1"
    assert panel.echo.text() == "Seat A 1 is taken."
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert len(counter.asked) == 2


def test_a_problem_from_outside_marks_its_word(panel, counter, qtbot):
    type_in(panel, qtbot, "2a code X")
    qtbot.keyClick(panel.field, Key.Key_Return)
    panel.refuse(LineProblem("unknown_word", "X", 8, 9))
    assert panel.echo.text() == "“X” was not understood."


def test_what_is_typed_before_the_answer_is_not_lost(panel, counter, qtbot):
    type_in(panel, qtbot, "2a")
    qtbot.keyClick(panel.field, Key.Key_Return)
    type_in(panel, qtbot, "3 near A1")
    panel.accept()
    assert panel.field.text() == "3 near A1"


def test_an_empty_line_asks_for_nothing(panel, counter, qtbot):
    type_in(panel, qtbot, "  ")
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert counter.asked == []


# -- what it says ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2a 1ch / cash 50", "2 Adult, 1 Child, best, Cash €50.00"),
        ("3 near A2 under 30", "3 tickets, best, near A-2, up to €30.00"),
        ("A1-A3 conc / card", "3 Concession, A-1, A-2 and A-3, Card for all that is due"),
        ("1w+1", "2 tickets, 1 wheelchair space with 1 companion, best"),
        ("4 block", "4 tickets, best, as a block"),
        ("2 / reserve fri 18:00", "2 tickets, best, reserve until 27 Nov 2026, 18:00"),
        ("2 / reserve", "2 tickets, best, reserve"),
        ("2 code SUMMER10", "2 tickets, best, code SUMMER10"),
        ("smith", "Find the customer “smith”"),
        ("winter", "Find “winter” in the programme"),
        ("T1-00042", "Open the booking T1-00042"),
    ],
)
def test_below_the_line_stands_what_enter_will_do(panel, qtbot, line, words):
    type_in(panel, qtbot, line)
    assert panel.echo.text() == words
    assert panel.field.accessibleDescription() == words


def test_a_word_still_being_typed_is_not_wrong_yet(panel, counter, qtbot):
    type_in(panel, qtbot, "2a 1c")
    assert panel.echo.property("role") == "muted"
    type_in(panel, qtbot, "x / cash")
    assert panel.echo.property("role") == "bad"
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert counter.asked == []
    assert panel.field.cursorPosition() == len("2a 1cx")


def test_the_same_line_means_something_else_beside_a_basket(panel, qtbot):
    type_in(panel, qtbot, "50")
    assert panel.echo.text() == "50 tickets, best"
    panel.contexts["now"] = in_the_house(due=Money(4000, "EUR"))
    panel.look_again()
    assert panel.echo.text() == "Cash €50.00"


# -- what unrolls ------------------------------------------------------------------------------------


def test_down_and_enter_take_a_completion(panel, counter, qtbot):
    assert unroll(panel, qtbot, "1c") == ["1co"]
    qtbot.keyClick(panel.field, Key.Key_Down)
    qtbot.keyClick(panel.field, Key.Key_Down)
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert panel.field.text() == "1co "
    assert counter.asked == []


def test_tab_takes_the_first_and_else_moves_on(panel, qtbot):
    unroll(panel, qtbot, "2 / ca")
    qtbot.keyClick(panel.field, Key.Key_Tab)
    assert panel.field.text() == "2 / cash "
    assert panel.field.hasFocus()
    qtbot.keyClick(panel.field, Key.Key_Tab)
    assert not panel.field.hasFocus()


def test_escape_closes_the_list_then_clears_the_line(panel, qtbot):
    unroll(panel, qtbot, "1c")
    qtbot.keyClick(panel.field, Key.Key_Escape)
    assert (panel.completions.isVisible(), panel.field.text()) == (False, "1c")
    qtbot.keyClick(panel.field, Key.Key_Escape)
    assert panel.field.text() == ""


def test_a_click_takes_a_completion_and_the_cursor_never_leaves(panel, qtbot):
    unroll(panel, qtbot, "1c")
    row = panel.completions.visualRect(panel.completions.model().index(0, 0))
    qtbot.mouseClick(panel.completions.viewport(), LEFT, pos=row.center())
    assert panel.field.text() == "1co "
    assert panel.field.hasFocus()


def test_a_screen_reader_hears_what_a_completion_means(panel, qtbot):
    unroll(panel, qtbot, "1c")
    first = panel.completions.model().index(0, 0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "1co, Concession, price type"


def test_nothing_stays_unrolled_when_the_cursor_leaves(panel, qtbot):
    unroll(panel, qtbot, "1c")
    panel.page.findChildren(QLineEdit)[1].setFocus()
    assert not panel.completions.isVisible()


def test_the_examples_unroll_below_and_one_can_be_taken(panel, counter, qtbot):
    qtbot.mouseClick(panel.help, LEFT)
    assert panel.examples.isVisible()
    assert len(panel.examples.choices()) == 8
    assert panel.field.hasFocus()
    first = panel.examples.choices()[0].text
    qtbot.keyClick(panel.field, Key.Key_Down)
    qtbot.keyClick(panel.field, Key.Key_Return)
    assert panel.field.text() == first
    assert counter.asked == []
    qtbot.mouseClick(panel.help, LEFT)
    qtbot.mouseClick(panel.help, LEFT)
    assert not panel.examples.isVisible()


@pytest.mark.parametrize("rows", [plan(), plan(rows=0, standing=40)], ids=["seats", "standing"])
def test_every_example_is_understood_in_front_of_this_house(rows):
    context = in_the_house(house=rows)
    paying = replace(context, due=Money(3000, "EUR"))
    for text, does in examples(context):
        assert does
        read = parse(text, context)
        assert not isinstance(read, LineProblem) or not isinstance(parse(text, paying), LineProblem)


# -- the house and the clock -------------------------------------------------------------------------


def test_the_names_of_the_house_on_the_counter():
    context = in_the_house()
    assert parse("a1-a3", context) == SaleCommand(3, seats=("A-1", "A-2", "A-3"))
    assert parse("a3 b1", context).seats == ("A-3", "B-1")
    assert parse("A2-B1", context).reason == "not_one_row"
    assert (
        parse("2", context_of(None, kinds=(), currency="EUR", now=NOW)).reason == "no_performance"
    )
    assert parse("2 near b1", context).wish == Wish(near="B-1")
    assert context.seats("a")[:2] == ("A-1", "A-2")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("fri", "2026-11-27 18:00"),
        ("friday 20:30", "2026-11-27 20:30"),
        ("tue", "2026-11-24 18:00"),
        ("tue 20:00", "2026-11-24 20:00"),
        ("18:00", "2026-11-24 18:00"),
        ("9:00", "2026-11-25 09:00"),
        ("tomorrow", "2026-11-25 18:00"),
        ("27.11. 10:00", "2026-11-27 10:00"),
        ("2026-12-24", "2026-12-24 18:00"),
        ("2h", "2026-11-24 14:30"),
        ("3d", "2026-11-27 12:30"),
        ("2025-01-01", None),
        ("soon", None),
    ],
)
def test_deadlines_as_people_say_them(said, moment):
    until = in_the_house().when(said)
    if moment is None:
        assert until is None
    else:
        assert f"{until:%Y-%m-%d %H:%M}" == moment
        assert until.utcoffset() == timedelta(hours=1)


def test_every_completion_says_what_it_means():
    hall, standing = in_the_house(titles=("Hamlet",)), in_the_house(house=plan(rows=0, standing=9))
    said = {
        text: completion_words(complete(text, len(text), context)[0])
        for text, context in [
            ("1c", hall), ("zon", hall), ("stal", hall), ("near A-1", hall), ("blo", hall),
            ("/ sl", hall), ("/ r", hall), ("ham", hall), ("stan", standing),
        ]
    }  # fmt: skip
    assert said == {
        "1c": "Concession, price type",
        "zon": "Zone 1, price zone",
        "stal": "Stalls, section",
        "near A-1": "A-10, seat",
        "blo": "together, over several rows if it must be",
        "/ sl": "Card slip",
        "/ r": "keep it without payment",
        "ham": "Hamlet, performance",
        "stan": "Standing, without seats",
    }


def test_every_problem_has_words():
    house, standing = in_the_house(), in_the_house(house=plan(rows=0, standing=9))
    nothing = context_of(None, kinds=(), currency="EUR", now=NOW)
    due = replace(house, due=Money(9600, "EUR"))
    lines = [
        "2z", "2 xyzzy", "2 in attic", "A99", "A1-A99", "A1-B1", "501", "A1 2a", "stalls", "2 3",
        "A1 2", "A1 block", "2 under x", "2 under 1.234", "2 / cash 1 2", "2 / gold", "2 /", "2 / slip",
        "2 / voucher X", "2 / reserve soon", "/ cash", "2a " * 200,
    ]  # fmt: skip
    read = [parse(line, house) for line in lines]
    read += [parse("A1", standing), parse("2 standing block", standing), parse("2", nothing)]
    read += [parse("50", due)]
    alike = replace(house, kinds=(*house.kinds, PriceType("company", "Company", "Comp.", 9)))
    read += [parse("2co", alike)]
    said = {problem.reason: problem_words(problem) for problem in read}
    assert len(said) >= 24
    assert all(words.endswith((".", "?")) and "{" not in words for words in said.values())


def test_typing_is_never_waited_for(panel, qtbot):
    """The longest plan there is would be read through for a seat that begins so: it stops at eight."""
    assert len(in_the_house(house=plan(rows=26, seats=300)).seats("b")) == 8
