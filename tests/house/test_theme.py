"""The two looks are complete, legible, and every drawing they name is there."""

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer

import resources
from ui import theme

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r"@([^@\s]+)@")
SHEETS = sorted(resources.path("styles").glob("*.qss"))
ICONS = sorted(resources.path("icons").glob("*.svg"))
GROUNDS = ("ground", "surface", "sunk", "hover", "pressed", "row-chosen")
PAIRS = [
    *product(("text", "muted"), GROUNDS),
    *product(("good", "warn", "bad"), ("ground", "surface", "sunk", "row-chosen")),
    *product(("text",), ("notice-good", "notice-warn", "notice-bad", "text-chosen", "action-soft")),
    *((level, f"notice-{level}") for level in ("good", "warn", "bad")),
    *((f"zone-{n}-text", f"zone-{n}") for n in range(1, 9)),
    *((f"{mark}-mark", mark) for mark in ("mine", "reserved", "allotted", "checked-in")),
    *product(("rail-text", "rail-chosen"), ("rail",)),
    *product(("action-text",), ("action", "action-hover", "action-pressed")),
    ("chosen-text", "chosen"),
    ("stage-text", "stage"),
    ("hover-card-text", "hover-card"),
    ("hover-card-muted", "hover-card"),
    ("hover-card-text", "hover-card-line"),
]
# what is not text needs 3:1 against what it lies on
SHAPES = [
    *((f"zone-{n}", "surface") for n in range(1, 9)),
    *product(("focus",), ("ground", "surface", "sunk")),
    ("held-mark", "held"),
    ("blocked-mark", "blocked"),
    ("brass", "surface"),
]


def luminance(colour):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in colour.getRgbF()[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_both_themes_define_the_same_tokens():
    light, dark = theme.load("light"), theme.load("dark")
    assert list(light.colours) == list(dark.colours)
    assert light.sizes == dark.sizes


@pytest.mark.parametrize("name", theme.NAMES)
def test_a_token_is_either_a_colour_or_a_size(name):
    look = theme.load(name)
    assert not set(look.colours) & set(look.sizes)
    assert all(QColor(value).isValid() for value in look.colours.values())


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_token_of_a_style_sheet_is_filled(name):
    look = theme.load(name)
    used = {token for sheet in SHEETS for token in TOKEN.findall(sheet.read_text())}
    assert used <= set(look.colours) | set(look.sizes) | {"theme"}
    assert "@" not in look.stylesheet()


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(name, ink, ground):
    look = theme.load(name)
    assert contrast(look.colour(ink), look.colour(ground)) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_stand_out_from_their_ground(name, shape, ground):
    look = theme.load(name)
    assert contrast(look.colour(shape), look.colour(ground)) >= 3


@pytest.mark.parametrize("file", ICONS, ids=lambda file: file.stem)
def test_an_icon_parses_and_takes_any_colour(file):
    svg = file.read_bytes()
    assert QSvgRenderer(QByteArray(svg)).isValid()
    assert b"currentColor" in svg
    assert not re.search(rb"#[0-9a-fA-F]{3}", svg)


def test_every_icon_named_in_the_code_exists():
    named = re.compile(r'(?:icon=|icon\(|pixmap\(|set_glyph\(|Drawing\()"([a-z][a-z-]*)"')
    used = {name for file in ROOT.glob("ui/**/*.py") for name in named.findall(file.read_text())}
    assert used
    assert used <= {file.stem for file in ICONS}


@pytest.mark.parametrize("name", theme.NAMES)
def test_marks_of_the_style_sheets_wear_the_colours_of_their_theme(name):
    look = theme.load(name)
    named = set(re.findall(r"styles:([\w/.-]+)", look.stylesheet()))
    assert named
    for mark in named:
        stroke = re.search(r'stroke="(#\w+)"', resources.read(f"styles/{mark}").decode())[1]
        assert stroke in look.colours.values()


def test_the_font_comes_with_its_licence():
    assert b"SIL OPEN FONT LICENSE" in resources.read("fonts/OFL.txt")
    assert {file.stem for file in resources.path("fonts").glob("*.otf")} == {
        *("Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold")
    }


def test_no_colour_is_written_outside_the_themes():
    loose = re.compile(r'"#[0-9A-Fa-f]{6,8}"')
    files = [file for file in ROOT.glob("ui/**/*.py") if loose.search(file.read_text())]
    assert files == []
    assert not any(re.search(r"#[0-9A-Fa-f]{6}", sheet.read_text()) for sheet in SHEETS)
