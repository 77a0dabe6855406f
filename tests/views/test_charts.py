"""Charts: what is drawn, where its values lie, and how one reaches them."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import FileUnusable
from ui import theme
from ui.tasks import ImmediateTasks, ThreadTasks
from ui.widgets.chart import INSET, Chart
from ui.widgets.chart_card import Answer, ChartCard, as_csv
from ui.widgets.chart_drawing import draw, look_of
from ui.widgets.chart_specs import (
    Bar,
    Cell,
    Columns,
    Curve,
    Grid,
    Point,
    Share,
    Shares,
    Tick,
    scale,
)

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
TICKS = (Tick(0, "0"), Tick(50, "50"), Tick(100, "€100"))


def columns(values=(10, 40, 100), before=(20, 0, 50)):
    bars = tuple(
        Bar(f"{n}", value, old, f"day {n}", f"{value} sold", above=str(value))
        for n, (value, old) in enumerate(zip(values, before, strict=True))
    )
    return Columns(bars, TICKS, (("Day", "Sold"), *((f"{n}", v) for n, v in enumerate(values))))


def shares(*names, of=0.0):
    given = tuple(
        Share(name, 100 / (n + 1), f"{100 // (n + 1)} %", name[:40], "told", of=of)
        for n, name in enumerate(names or ("Adult", "Child"))
    )
    return Shares(given, (("Name", "Share"), *((s.name, s.value) for s in given)))


def grid(rows=2, places=3):
    cells = tuple(
        tuple(Cell((y + x) / 9, f"row {y}", f"place {x}") for x in range(places))
        for y in range(rows)
    )
    words = tuple(f"r{y}" for y in range(rows))
    return Grid(words, (Tick(0, "9"), Tick(places - 1, "21 h")), cells, (("r",),))


def curve(**changes):
    values = {
        "points": tuple(Point(60 - n, n * 2, f"{60 - n} days", f"{n * 2} sold") for n in range(51)),
        "reach": (60, 0),
        "x_ticks": (Tick(60, "60 days"), Tick(0, "curtain")),
        "y_ticks": TICKS,
        "table": (("Days", "Sold"),),
        "now": "100 sold",
        "band": tuple((60 - n, n, n * 1.5, n * 2) for n in range(61)),
        "before_words": "usual",
        "ahead": ((10, 100, 100, 100), (0, 100, 110, 120)),
        "ahead_words": "forecast 110\nfour of five: 100 to 120",
        "roof": Tick(120, "house, 120"),
        "top": 125,
    }
    return Curve(**(values | changes))


SPECS = {"columns": columns(), "shares": shares(), "grid": grid(), "curve": curve()}


def drawn(spec, *, width=360, height=200, ratio=1.0, name="light"):
    look = look_of(theme.load(name).colours)
    return draw(spec, width=width, height=height, ratio=ratio, look=look)


def dots_of(picture):
    return bytes(picture.pixels)


# --- drawing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("kind", SPECS)
def test_a_chart_is_drawn_on_the_theme_s_ground_at_the_screen_s_ratio(kind, name):
    picture = drawn(SPECS[kind], ratio=2.0, name=name)
    assert picture.pixels.shape == (400, 720, 4)
    ground = theme.load(name).colour("surface")
    assert tuple(picture.pixels[0, 0, n] for n in range(4)) == (
        ground.red(),
        ground.green(),
        ground.blue(),
        255,
    )
    assert len(set(dots_of(picture)[::4])) > 8, "nothing is drawn"


@pytest.mark.parametrize("kind", SPECS)
def test_every_value_has_a_place_inside_the_picture_and_no_two_share_one(kind):
    picture = drawn(SPECS[kind])
    areas = [spot.area for spot in picture.spots]
    for left, top, width, height in areas:
        assert left >= -0.5
        assert left + width <= 360.5
        assert top >= -0.5
        assert top + height <= 200.5
    middles = [(x + w / 2, y + h / 2) for x, y, w, h in areas]
    for n, middle in enumerate(middles):
        inside = [
            m
            for m, (x, y, w, h) in enumerate(areas)
            if x < middle[0] < x + w and y < middle[1] < y + h
        ]
        assert inside == [n]


def test_a_higher_value_is_a_higher_column():
    marks = [spot.mark for spot in drawn(columns()).spots]
    heights = [height for _, _, _, height in marks]
    assert heights == sorted(heights)
    assert heights[2] == pytest.approx(heights[0] * 10)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 10_000,
        "$x_1$ and $$ and _under_ \\frac{1}{2}",
        "Der Wintergarten · Зимний сад · 冬の庭 · حديقة الشتاء · גן החורף · शीत उद्यान · 🎭",
        "line\nbreak\ttab\x00nul\u202eturned",
        '=HYPERLINK("x")',
        "<b>bold</b> & more",
        "",
        "   ",
    ],
)
def test_any_title_can_be_drawn_and_stays_inside_its_room(name):
    long = drawn(shares(name, "Child"))
    assert len(long.spots) == 2
    left = long.spots[0].mark[0]
    assert left < 360 * 0.5
    curve_with = curve(now=name, before_words=name, ahead_words=name)
    assert drawn(curve_with).pixels.shape == (200, 360, 4)


def test_dollars_are_letters_and_never_formulas():
    plain, same = (dots_of(drawn(shares(name))) for name in ("$a$", "a"))
    assert plain != same


@pytest.mark.parametrize(
    "spec",
    [
        columns((0,), (0,)),
        columns((-50, 10, 0), (0, 0, 0)),
        curve(points=(), band=(), ahead=(), ahead_words="", now=""),
        curve(points=(Point(60, 0, "a", "b"),), band=(), ahead=()),
        shares("Only"),
        grid(1, 1),
    ],
)
def test_charts_with_next_to_nothing_are_drawn(spec):
    assert drawn(spec).width == 360


@pytest.mark.parametrize(("width", "height"), [(120, 60), (60, 200), (2000, 900)])
@pytest.mark.parametrize("kind", SPECS)
def test_charts_are_drawn_at_any_size(kind, width, height):
    assert drawn(SPECS[kind], width=width, height=height).width == width


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 0.25, 0.5, 0.75, 1)),
        (100, (0, 25, 50, 75, 100)),
        (1057, (0, 500, 1000, 1500)),
        (7, (0, 2, 4, 6, 8)),
    ],
)
def test_scales_are_round(highest, expected):
    assert scale(highest) == pytest.approx(expected)


# --- on the screen -----------------------------------------------------------------------------


class HeldTasks(ImmediateTasks):
    """A worker that is slow while told to be."""

    def __init__(self):
        self.kept = []
        self.slow = False

    def run(self, owner, work, **more):
        if self.slow:
            self.kept.append((owner, work, more))
        else:
            super().run(owner, work, **more)

    def catch_up(self):
        self.slow = False
        owner, work, more = self.kept.pop()
        super().run(owner, work, **more)


@pytest.fixture
def tasks():
    return HeldTasks()


@pytest.fixture
def chart(qtbot: QtBot, tasks) -> Chart:
    host = QWidget()
    made = Chart(tasks, accessible="Takings", height=120)
    made.setParent(host)
    made.setGeometry(20, 20, 360 + 2 * INSET, 200 + 2 * INSET)
    host.resize(480, 300)
    qtbot.addWidget(host)
    host.show()
    made.host = host
    made.set_spec(columns())
    return made


def test_the_words_of_a_value_appear_under_the_mouse(chart: Chart, qtbot: QtBot):
    x, y, width, height = chart.picture().spots[1].area
    qtbot.mouseMove(chart, QPoint(round(x + width / 2) + INSET, round(y + height / 2) + INSET))
    assert (chart.lit().title, chart.lit().detail) == ("day 1", "40 sold")
    qtbot.mouseMove(chart, QPoint(1, 1))
    assert chart.lit() is None


def test_the_keyboard_walks_through_the_values(chart: Chart, qtbot: QtBot):
    opened = []
    chart.opened.connect(opened.append)
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    told = []
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Left):
        qtbot.keyClick(chart, key)
        told.append(chart.lit().title)
    assert told == ["day 0", "day 1", "day 2", "day 2", "day 1"]
    assert chart.accessibleDescription() == "day 1: 40 sold"
    qtbot.keyClick(chart, KEY.Key_Return)
    assert opened == [1]
    qtbot.keyClick(chart, KEY.Key_End)
    assert chart.lit().title == "day 2"
    qtbot.keyClick(chart, KEY.Key_Escape)
    assert chart.lit() is None


def test_up_and_down_go_from_row_to_row_of_a_grid(chart: Chart, qtbot: QtBot):
    chart.set_spec(grid())
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    told = []
    for key in (KEY.Key_Home, KEY.Key_Right, KEY.Key_Down, KEY.Key_Up, KEY.Key_Up):
        qtbot.keyClick(chart, key)
        told.append((chart.lit().title, chart.lit().detail))
    assert told == [
        ("row 0", "place 0"),
        ("row 0", "place 1"),
        ("row 1", "place 1"),
        ("row 0", "place 1"),
        ("row 0", "place 1"),
    ]


def test_the_old_picture_stays_until_the_new_one_is_there(chart: Chart, tasks):
    before = dots_of(chart.picture())
    tasks.slow = True
    chart.set_spec(columns((100, 40, 10)))
    assert dots_of(chart.picture()) == before
    tasks.catch_up()
    assert dots_of(chart.picture()) != before


def test_the_same_figures_are_not_drawn_twice(chart: Chart):
    picture = chart.picture()
    chart.set_spec(columns())
    assert chart.picture() is picture


def test_a_chart_nobody_sees_is_drawn_when_somebody_looks(qtbot: QtBot, tasks):
    host = QWidget()
    made = Chart(tasks, accessible="Takings")
    made.setParent(host)
    qtbot.addWidget(host)
    made.set_spec(columns())
    assert made.picture() is None
    host.show()
    assert made.picture() is not None


def test_another_size_is_drawn_once_it_has_come_to_rest(chart: Chart, qtbot: QtBot):
    for width in (300, 280, 260):
        chart.resize(width + 2 * INSET, 180)
    assert chart.picture().width == 360
    qtbot.waitUntil(lambda: chart.picture().width == 260)
    assert not Chart.any_unsettled()


def test_the_lights_change_the_picture(chart: Chart, qapp):
    before = dots_of(chart.picture())
    theme.apply(qapp, theme.load("dark"))
    assert dots_of(chart.picture()) != before
    theme.apply(qapp, theme.load("light"))
    assert dots_of(chart.picture()) == before


def test_a_worker_draws_while_the_window_goes_on(qtbot: QtBot):
    tasks = ThreadTasks()
    made = Chart(tasks, accessible="Takings")
    qtbot.addWidget(made)
    made.resize(360 + 2 * INSET, 200 + 2 * INSET)
    made.show()
    made.set_spec(columns())
    assert made.picture() is None
    qtbot.waitUntil(lambda: made.picture() is not None, timeout=20_000)
    assert dots_of(made.picture()) == dots_of(drawn(columns(), ratio=made.devicePixelRatioF()))
    tasks.close()


def test_the_library_waits_for_the_first_chart():
    code = "import sys, ui.dashboard.view; assert 'matplotlib' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_shown_is_what_was_drawn(chart: Chart):
    image = chart.grab().toImage()
    ratio = image.devicePixelRatio()
    assert image.size() == QSize(round(372 * ratio), round(212 * ratio))
    x, y, width, height = chart.picture().spots[2].mark
    middle = (x + width / 2 + INSET, y + height / 2 + INSET)
    shown = image.pixelColor(*(round(part * ratio) for part in middle))
    assert shown == theme.current().colour("brass")


# --- the card ----------------------------------------------------------------------------------


@pytest.fixture
def card(qtbot: QtBot, tasks, tmp_path) -> ChartCard:
    made = ChartCard(
        "By price type", tasks, choose_file=lambda _parent, name, _kinds: str(tmp_path / name)
    )
    qtbot.addWidget(made)
    made.resize(420, 320)
    made.show()
    return made


def test_without_figures_a_card_says_so_in_a_sentence(card: ChartCard):
    card.set_answer(Answer("Adult: 60 %", spec=shares()))
    assert card.chart.isVisible()
    assert card.more.isVisible()
    card.set_answer(Answer("Nothing to divide", nothing="There are no sales in this time."))
    assert not card.chart.isVisible()
    assert not card.more.isVisible()
    assert card.sentence.text() == "There are no sales in this time."


@pytest.mark.parametrize(
    ("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"\xef\xbb\xbfName")]
)
def test_a_chart_is_saved_as_picture_drawing_or_table(card: ChartCard, tmp_path, kind, begins):
    saved = []
    card.saved.connect(saved.append)
    card.set_answer(Answer("Adult: 60 %", note="told", spec=shares("Adult", "=SUM(A1)")))
    action = next(action for action in card.kinds.actions() if action.data() == kind)
    action.trigger()
    assert saved == [str(tmp_path / f"by-price-type.{kind}")]
    contents = (tmp_path / f"by-price-type.{kind}").read_bytes()
    assert contents.startswith(begins)


def test_what_cannot_be_saved_is_told(qtbot: QtBot, tasks, tmp_path):
    made = ChartCard("Hours", tasks, choose_file=lambda *_: str(tmp_path / "no" / "such.png"))
    qtbot.addWidget(made)
    made.set_answer(Answer("Most", spec=grid()))
    refused = []
    made.refused.connect(refused.append)
    made.save("png")
    assert [type(error) for error in refused] == [FileUnusable]


def test_whoever_changes_their_mind_saves_nothing(qtbot: QtBot, tasks):
    made = ChartCard("Hours", tasks, choose_file=lambda *_: "")
    qtbot.addWidget(made)
    made.set_answer(Answer("Most", spec=grid()))
    saved = []
    made.saved.connect(saved.append)
    made.save("csv")
    assert saved == []


def test_names_that_look_like_formulas_are_harmless_in_a_table():
    table = (("Name", "Sum"), ("=1+1", -5), ("@x", 2.5), ("plain", 1))
    assert as_csv(table).decode("utf-8-sig").splitlines() == [
        "Name,Sum",
        "'=1+1,-5",
        "'@x,2.5",
        "plain,1",
    ]
