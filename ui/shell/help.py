"""F1: what the screen in front is for, how the usual things are done, and every key.

The texts are data, in `resources/help/en.toml`: whoever changes a screen changes its page there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

import resources
from app.domain.search import folded, without_marks
from ui import theme
from ui.commands import keys_of
from ui.i18n import tr
from ui.screen import Screen
from ui.widgets import painting
from ui.widgets.buttons import Button, Pressable
from ui.widgets.fields import SearchField
from ui.widgets.frames import Card, Empty, Label, ListPanel
from ui.widgets.marks import KeyCap

EVERYWHERE = "everywhere"
BETWEEN = ("…", "or")
_SIZE = (960, 680)
_TOPIC_HEIGHT = 40
_KEYS_WIDTH = 96
_EXPANDING = QSizePolicy.Policy.Expanding
_FIXED = QSizePolicy.Policy.Fixed
_TOP = Qt.AlignmentFlag.AlignTop
_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff

Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the help. `keys` work anywhere on the screen, `inside` where the cursor is."""

    id: str
    title: str
    icon: str
    words: tuple[str, ...]
    keys: Keys = ()
    inside: Keys = ()

    def about(self, text: str) -> Page | None:
        """What of this page answers to every word of `text`; None when nothing does."""
        wanted = _plain(text).split()
        if _answers(wanted, self.title):
            return self
        page = Page(
            self.id,
            self.title,
            self.icon,
            tuple(said for said in self.words if _answers(wanted, said)),
            tuple(pair for pair in self.keys if _answers(wanted, *pair)),
            tuple(pair for pair in self.inside if _answers(wanted, *pair)),
        )
        return page if page.words or page.keys or page.inside else None


def _answers(wanted: Sequence[str], *said: str) -> bool:
    held = _plain(" ".join(said))
    return all(word in held for word in wanted)


def _plain(text: str) -> str:
    return without_marks(folded(text))


def pages(screens: Iterable[Screen]) -> tuple[Page, ...]:
    """The page of the window, then those of `screens` that have one, in the operator's language."""
    written = tomllib.loads(resources.read("help/en.toml").decode())
    everywhere = written[EVERYWHERE]
    found = [_page(EVERYWHERE, everywhere, title=everywhere["title"], icon=everywhere["icon"])]
    for screen in screens:
        about = written.get(screen.help or screen.id)
        if about is not None:
            page = _page(screen.id, about, title=screen.title, icon=screen.icon)
            keys = keys_of(screen.commands)
            found.append(replace(page, keys=keys) if keys else page)
    return tuple(found)


def _page(name: str, written: dict[str, Any], *, title: str, icon: str) -> Page:
    keys, inside = (
        tuple((key, tr(does)) for key, does in written.get(part, ())) for part in ("keys", "inside")
    )
    said = tuple(tr(text) for text in written["words"])
    return Page(name, tr(title), icon, said, keys, inside)


class _Topic(Pressable):
    """A page by its name, at the left."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.title)
        self.page_id = page.id
        self._icon = page.icon
        self.setCheckable(True)
        self.setSizePolicy(_EXPANDING, _FIXED)

    def sizeHint(self) -> QSize:
        """As wide as the list."""
        return QSize(120, _TOPIC_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground when chosen or under the mouse, icon, name, ring."""
        look, chosen = theme.current(), self.isChecked()
        painter = painting.begin(self)
        rect, radius = QRectF(self.rect()), look.size("radius-row")
        if chosen:
            fill, line = look.colour("surface"), look.colour("line-strong")
            painting.ground(painter, rect, radius=radius, fill=fill, line=line)
        elif self.underMouse():
            painting.ground(painter, rect, radius=radius, fill=look.colour("hover"))
        icon = QPointF(12, (rect.height() - 18) / 2)
        painting.glyph(painter, icon, self._icon, "brass" if chosen else "muted", size=18)
        font = look.font("type", painting.SEMIBOLD if chosen else painting.REGULAR)
        words = rect.adjusted(42, 0, -8, 0)
        painting.words(painter, words, self.text(), font=font, ink=look.colour("text"))
        if self.ringed:
            painting.ring(painter, rect, radius=radius)
        painter.end()


class _Reading(QScrollArea):
    """What is read: sentences, and keys beside what they do."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(_NEVER)
        self.setAccessibleName(tr("Help"))
        self._paper = QWidget()

    def show_page(self, page: Page, everywhere: Page) -> None:
        """One page whole, with the keys that work everywhere below."""
        column = self._empty()
        column.addWidget(Label(page.title, "title"))
        _write(column, page)
        if page.id != everywhere.id:
            column.addSpacing(8)
            column.addWidget(Label(everywhere.title, "strong"))
            column.addWidget(_table(everywhere.keys))
        column.addStretch(1)

    def show_found(self, found: Sequence[Page]) -> None:
        """What was found, page by page."""
        column = self._empty()
        for page in found:
            column.addWidget(Label(page.title, "lead"))
            _write(column, page)
            column.addSpacing(8)
        column.addStretch(1)

    def texts(self) -> tuple[str, ...]:
        """Everything that can be read, from the top."""
        return tuple(label.text() for label in self._paper.findChildren(Label))

    def _empty(self) -> QVBoxLayout:
        self._paper = QWidget()
        column = QVBoxLayout(self._paper)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(12)
        self.setWidget(self._paper)
        return column


def _write(column: QVBoxLayout, page: Page) -> None:
    for said in page.words:
        column.addWidget(Label(said, wrap=True))
    if page.keys or page.inside:
        column.addSpacing(4)
        column.addWidget(_table(page.keys + page.inside))


def _table(keys: Keys) -> Card:
    """Two columns, read down the first one first."""
    table = QGridLayout()
    table.setHorizontalSpacing(12)
    table.setVerticalSpacing(8)
    half = (len(keys) + 1) // 2
    for place, (key, does) in enumerate(keys):
        side, row = divmod(place, half)
        table.addLayout(_caps(key), row, 3 * side, _TOP)
        table.addWidget(Label(does, wrap=True), row, 3 * side + 1, _TOP)
    for side in (0, 3) if len(keys) > 1 else (0,):
        table.setColumnMinimumWidth(side, _KEYS_WIDTH)
        table.setColumnStretch(side + 1, 1)
    table.setColumnMinimumWidth(2, 8)
    card = Card()
    card.body.addLayout(table)
    return card


def _caps(key: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 1, 0, 0)
    row.setSpacing(6)
    for part in key.split():
        row.addWidget(Label(tr(part), "muted") if part in BETWEEN else KeyCap(part))
    row.addStretch(1)
    return row


class HelpDialog(QDialog):
    """The pages at the left, one of them at the right; a search goes through them all."""

    def __init__(
        self, screens: Sequence[Screen], *, at: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pages = pages(screens)
        self._chosen = next((page for page in self._pages if page.id == at), self._pages[0])
        self.search = SearchField(tr("Search the help"), key="F3")
        self.shut = Button(tr("Close"), key="Esc")
        self.reading = _Reading()
        self._nothing = Empty(
            tr("Nothing found"),
            tr("Search for one word of what you want to do, or for a key."),
            icon="search",
        )
        self.topics = QButtonGroup(self, exclusive=False)  # none is chosen while a search is on
        self._find = QShortcut(QKeySequence("F3"), self)
        self._again = QShortcut(QKeySequence("F1"), self)
        self.setWindowTitle(tr("Help"))
        self.setFixedSize(*_SIZE)
        self._lay_out()
        self.topics.buttonClicked.connect(self._on_topic)
        self.search.textChanged.connect(self._show)
        self.shut.clicked.connect(self.reject)
        self._find.activated.connect(self.search.setFocus)
        self._again.activated.connect(self.reject)
        self._show()
        self.search.setFocus()

    def _lay_out(self) -> None:
        panel = ListPanel(width="programme")
        panel.setFixedWidth(232)
        panel.body.setSpacing(4)
        panel.body.addWidget(Label(tr("Help"), "title"))
        panel.body.addSpacing(8)
        for page in self._pages:
            topic = _Topic(page)
            self.topics.addButton(topic)
            panel.body.addWidget(topic)
        panel.body.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.shut)
        right = QVBoxLayout()
        right.setContentsMargins(24, 20, 8, 20)
        right.setSpacing(20)
        top.setContentsMargins(0, 0, 16, 0)
        right.addLayout(top)
        right.addWidget(self.reading, 1)
        right.addWidget(self._nothing, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(panel)
        whole.addLayout(right, 1)

    def choose(self, page_id: str) -> None:
        """Open the page called so; KeyError when there is none."""
        self._chosen = {page.id: page for page in self._pages}[page_id]
        self.search.clear()
        self._show()

    def _on_topic(self, topic: QAbstractButton) -> None:
        if isinstance(topic, _Topic):
            self.choose(topic.page_id)

    def _show(self) -> None:
        text = self.search.text().strip()
        found = [part for page in self._pages if (part := page.about(text))] if text else []
        self.reading.setHidden(bool(text) and not found)
        self._nothing.setVisible(bool(text) and not found)
        if found:
            self.reading.show_found(found)
        elif not text:
            self.reading.show_page(self._chosen, self._pages[0])
        for topic in self.topics.buttons():
            if isinstance(topic, _Topic):
                topic.setChecked(not text and topic.page_id == self._chosen.id)
