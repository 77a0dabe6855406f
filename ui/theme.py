"""The two looks of Houselights, lights up and lights down, built from tokens.

Views never name a colour or a pixel: they ask for a token ("muted", "field"), so that one key can
turn the whole house dark and a new look is one TOML file. The platform's own colour scheme is
ignored on purpose: it cannot be relied on.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QDir, QObject, QRectF, QSettings, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QToolTip

import resources

NAMES = ("light", "dark")
FAMILY = "Inter"

_TOKEN = re.compile(r"@([a-z0-9-]+)@")
_ROLE = QPalette.ColorRole
_GROUP = QPalette.ColorGroup
_PALETTE = {
    _ROLE.Window: "ground",
    _ROLE.WindowText: "text",
    _ROLE.Base: "surface",
    _ROLE.AlternateBase: "sunk",
    _ROLE.Text: "text",
    _ROLE.PlaceholderText: "muted",
    _ROLE.Button: "surface",
    _ROLE.ButtonText: "text",
    _ROLE.BrightText: "action-text",
    _ROLE.Highlight: "text-chosen",
    _ROLE.HighlightedText: "text",
    _ROLE.Accent: "action",
    _ROLE.Link: "focus",
    _ROLE.LinkVisited: "muted",
    _ROLE.ToolTipBase: "hover-card",
    _ROLE.ToolTipText: "hover-card-text",
    _ROLE.Light: "surface",
    _ROLE.Midlight: "sunk",
    _ROLE.Mid: "line",
    _ROLE.Dark: "line-strong",
    _ROLE.Shadow: "line-strong",
}
_FAINT_WHEN_DISABLED = (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.HighlightedText)


@dataclass(frozen=True, eq=False)
class Theme:
    """One look: every token has a value, or the theme does not load."""

    name: str
    colours: Mapping[str, str]
    sizes: Mapping[str, int]
    sheet: str

    def colour(self, token: str) -> QColor:
        """The colour of `token`, alpha included; KeyError when no such token exists."""
        return QColor(self.colours[token])

    def size(self, token: str) -> int:
        """The length of `token` in logical pixels; KeyError when no such token exists."""
        return self.sizes[token]

    def font(self, token: str, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The house font at the type size `token`, figures all of one width, for painted parts."""
        font = house_font()
        font.setPixelSize(self.sizes[token])
        font.setWeight(weight)
        return font

    def palette(self) -> QPalette:
        """Every role set, so that nothing of the platform's own colours shows through."""
        palette = QPalette()
        for role, token in _PALETTE.items():
            palette.setColor(role, self.colour(token))
        for role in _FAINT_WHEN_DISABLED:
            palette.setColor(_GROUP.Disabled, role, self.colour("faint"))
        return palette

    def stylesheet(self) -> str:
        """All of resources/styles/*.qss in name order, tokens filled."""
        return self.sheet


class Themes(QObject):
    """Tells painted parts that the lights went up or down; `changed` carries the Theme."""

    changed = Signal(object)


themes = Themes()
_current: list[Theme] = []


def current() -> Theme:
    """The theme on screen now; the light one before any was applied."""
    return _current[-1] if _current else load("light")


@lru_cache(maxsize=len(NAMES))
def load(name: str) -> Theme:
    """The theme "light" or "dark"; KeyError when a style sheet uses a token it does not define."""
    tokens = tomllib.loads(resources.read(f"themes/{name}.toml").decode())
    colours: dict[str, str] = tokens["colour"]
    sizes: dict[str, int] = tokens["size"]
    words = {"theme": name, **_qss_colours(colours), **{k: f"{v}px" for k, v in sizes.items()}}
    sheets = sorted(resources.path("styles").glob("*.qss"))
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    sheet = _TOKEN.sub(lambda match: words[match[1]], text)
    return Theme(name=name, colours=colours, sizes=sizes, sheet=sheet)


def _qss_colours(colours: Mapping[str, str]) -> dict[str, str]:
    """Style sheets want alpha as rgba(); tokens carry it in front, as QColor reads it."""
    filled = {}
    for token, value in colours.items():
        colour = QColor(value)
        red, green, blue, alpha = colour.red(), colour.green(), colour.blue(), colour.alpha()
        filled[token] = value if alpha == 255 else f"rgba({red}, {green}, {blue}, {alpha})"
    return filled


def make_application(name: str | None = None) -> QApplication:
    """The QApplication in the house's clothes; the theme of last time unless one is named."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError("a window needs a QApplication")
    application.setApplicationName("Houselights")
    application.setOrganizationName("Houselights")
    application.setDesktopFileName("houselights")
    application.setWindowIcon(QIcon(str(resources.path("icons/logo.svg"))))
    wanted = name or str(QSettings().value("theme", "light"))
    apply(application, load(wanted if wanted in NAMES else "light"))
    return application


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole application in `theme` and tell the painted parts."""
    _register_fonts()
    if not app.styleSheet():
        app.setStyle("Fusion")
    app.setFont(theme.font("type"))
    app.setPalette(theme.palette())
    QToolTip.setPalette(theme.palette())
    app.setStyleSheet(theme.stylesheet())
    _current[:] = [theme]
    themes.changed.emit(theme)


def toggle(app: QApplication) -> Theme:
    """House lights up when they are down, down when they are up; the theme now on screen."""
    theme = load("dark" if current().name == "light" else "light")
    apply(app, theme)
    return theme


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    for file in sorted(resources.path("fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    QDir.addSearchPath("styles", str(resources.path("styles")))


def house_font() -> QFont:
    """Inter at no size yet, with figures that line up in columns."""
    font = QFont(FAMILY)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def icon(name: str, colour: str = "text", *, size: int = 20) -> QIcon:
    """The icon `name` in the token `colour`, faint when disabled; `size` in logical pixels.

    It keeps the colours of the theme it was made in: take a new one when `themes.changed` fires.
    """
    ratio = QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    made = QIcon(pixmap(name, colour, size=size, ratio=ratio))
    made.addPixmap(pixmap(name, "faint", size=size, ratio=ratio), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str = "text", *, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """The icon `name` tinted, `size` logical pixels square, sharp at the screen's `ratio`."""
    return _pixmap(name, current().colours[colour], size, ratio)


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    tint = QColor(colour)
    svg = resources.read(f"icons/{name}.svg").replace(b"currentColor", tint.name().encode())
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setOpacity(tint.alphaF())
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
