"""All that can be done in the window, and the palette that offers it.

A command of a screen that is not open yet opens the screen first; so does one of a screen that is open
behind another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.fuzzy import fit
from ui.commands import Command, bind
from ui.errors import Level
from ui.i18n import tr
from ui.screen import Screen
from ui.shell.finding import Finder, Found, Group
from ui.shell.navigation import bring_keyboard
from ui.widgets.palette import Entry, Palette

PALETTE_KEY = "Ctrl+K"
_KEYED = 9
_MOST_FOUND = 12
_FEWEST_LETTERS = 2  # before things are looked for in the database


class Frame(Protocol):
    """What of the window is needed here."""

    def go(self, screen_id: str, key: str = "") -> None:
        """Show a screen, at one of its things."""

    def current(self) -> str:
        """The id of the screen on show."""

    def opened(self, screen_id: str) -> QWidget | None:
        """The widget of a screen, None before it was first shown."""

    def say(self, text: str, level: Level) -> None:
        """Tell the operator."""

    def show_help(self) -> None:
        """The help, at the screen in front."""

    def toggle_lights(self) -> None:
        """House lights up or down."""


@dataclass(frozen=True)
class Offer:
    """A command where it belongs: to a screen by its id, or with "" to the window or a part of it."""

    id: str
    title: str
    command: Command
    screen: str = ""
    where: str = ""
    owner: Any = None

    def fits(self, typed: str) -> int:
        """How well it answers what was typed."""
        whole = fit(typed, f"{self.where} {self.title}")
        return max(fit(typed, self.title), whole - 20, fit(typed, self.command.words) - 60, 0)


class Commands(QObject):
    """The window's own commands, one to go to each screen, and those of the screens."""

    def __init__(self, frame: Frame, host: QWidget, screens: Sequence[Screen]) -> None:
        super().__init__(host)
        self._frame = frame
        self._host = host
        self._screens = {screen.id: screen for screen in screens}
        self._offers: dict[str, Offer] = {}
        self._found: tuple[Group, ...] = ()
        self._finder: Finder | None = None
        self.palette = Palette(host)
        for number, screen in enumerate([s for s in screens if not s.foot], 1):
            self._add_way_to(screen, f"Ctrl+{number}" if number <= _KEYED else "")
        for screen in screens:
            if screen.foot:
                self._add_way_to(screen, "")
        for command in _EVERYWHERE:
            self.add(command, frame)
        self.add(_PALETTE, self.palette)
        for screen in screens:
            for command in screen.commands:
                self._add(Offer("", tr(command.title), command, screen.id, tr(screen.title)))
        self.palette.typed.connect(self._on_typed)
        self.palette.chosen.connect(self.run)

    # -- what there is -------------------------------------------------------------------------

    def add(self, command: Command, owner: Any) -> None:
        """A command of the window, or of a part of it: `owner` is given to it."""
        self._add(Offer("", tr(command.title), command, owner=owner))
        bind((command,), owner=owner, host=self._host)

    def hear(self, screen: Screen, widget: QWidget) -> None:
        """A screen was opened: its keys work from now on while it is on show."""
        bind(screen.commands, owner=widget, host=widget)

    def look_up_with(self, finder: Finder) -> None:
        """Let the palette find things as well, not commands only."""
        self._finder = finder
        self._wire_finder(finder)

    def _wire_finder(self, finder: Finder) -> None:
        finder.found.connect(self._on_found)

    def all(self) -> tuple[Offer, ...]:
        """Every command there is, in the order in which they are listed."""
        return tuple(self._offers.values())

    def _add_way_to(self, screen: Screen, key: str) -> None:
        way = _WayTo(self._frame, screen.id, parent=self)
        keys = (key,) if key else ()
        command = Command(
            f"go-{screen.id}", screen.title, screen.icon, _WayTo.go, keys, words="go open"
        )
        title = tr("Go to {screen}", screen=tr(screen.title))
        self._add(Offer("", title, command, owner=way))
        bind((command,), owner=way, host=self._host)

    def _add(self, offer: Offer) -> None:
        known = Offer(
            f"{offer.screen}:{offer.command.id}",
            offer.title,
            offer.command,
            offer.screen,
            offer.where,
            offer.owner,
        )
        self._offers[known.id] = known

    # -- doing it ------------------------------------------------------------------------------

    def run(self, chosen: str) -> None:
        """Do what this entry of the palette says."""
        offer = self._offers.get(chosen)
        if offer is None:
            self._open(chosen)
        elif not offer.screen:
            if offer.command.enabled(offer.owner):
                offer.command.act(offer.owner)
        else:
            self._run_on_screen(offer)

    def _run_on_screen(self, offer: Offer) -> None:
        if self._frame.current() != offer.screen:
            self._frame.go(offer.screen)
        widget = self._frame.opened(offer.screen)
        bring_keyboard(widget)
        if offer.command.enabled(widget):
            offer.command.act(widget)
        else:
            text = tr("{command}: there is nothing here to do it to yet.", command=offer.title)
            self._frame.say(text, Level.GOOD)

    def _open(self, chosen: str) -> None:
        found = next((f for _, group in self._found for f in group if _found_id(f) == chosen), None)
        if found is not None:
            self._frame.go(found.screen, found.key)
            bring_keyboard(self._frame.opened(found.screen))

    # -- the palette ---------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        self._found = ()
        typed = text.strip()
        self.palette.show_entries(self._entries(typed))
        if self._finder is not None and len(typed) >= _FEWEST_LETTERS:
            self._finder.look_for(typed)

    def _on_found(self, groups: tuple[Group, ...]) -> None:
        if not self.palette.isHidden():
            self._found = groups
            typed = self.palette.field.text().strip()
            self.palette.show_entries(self._entries(typed), keep=True)

    def _entries(self, typed: str) -> list[Entry]:
        if not typed:
            return self._by_place()
        ranked = sorted(
            ((offer.fits(typed), offer) for offer in self._offers.values()), key=_worst_last
        )
        entries = [self._entry(offer) for points, offer in ranked[:_MOST_FOUND] if points]
        for heading, group in self._found:
            if group:
                entries.append(Entry("", heading))
                entries += [Entry(_found_id(f), f.title, f.line, f.icon) for f in group]
        return entries

    def _by_place(self) -> list[Entry]:
        """Nothing is typed: the screen in front first, then the window, then the other screens."""
        here = self._frame.current()
        order = [here, "", *(name for name in self._screens if name != here)]
        entries: list[Entry] = []
        for place in order:
            offers = [offer for offer in self._offers.values() if offer.screen == place]
            if offers:
                name = (
                    tr(self._screens[place].title) if place in self._screens else tr("Everywhere")
                )
                entries.append(Entry("", name))
                entries += [self._entry(offer, named=True) for offer in offers]
        return entries

    def _entry(self, offer: Offer, *, named: bool = False) -> Entry:
        return Entry(
            offer.id,
            offer.title,
            "" if named else offer.where,
            offer.command.icon,
            offer.command.keys,
            ready=self._is_ready(offer),
        )

    def _is_ready(self, offer: Offer) -> bool:
        """Whether it would do anything now; of a screen that is not open yet nobody knows."""
        owner = self._frame.opened(offer.screen) if offer.screen else offer.owner
        return owner is None or offer.command.enabled(owner)


class _WayTo(QObject):
    """Goes to one screen and takes the keyboard along."""

    def __init__(self, frame: Frame, screen: str, *, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._screen = screen

    def go(self) -> None:
        """There."""
        self._frame.go(self._screen)
        bring_keyboard(self._frame.opened(self._screen))


def _worst_last(ranked: tuple[int, Offer]) -> tuple[int, bool]:
    points, offer = ranked
    return -points, bool(offer.screen)


def _found_id(found: Found) -> str:
    return f"found:{found.screen}:{found.key}"


_PALETTE = Command(
    "palette",
    "Commands and search",
    "search",
    Palette.open_palette,
    (PALETTE_KEY,),
    words="palette find everything",
)


def _help(frame: Frame) -> None:
    frame.show_help()


def _lights(frame: Frame) -> None:
    frame.toggle_lights()


_EVERYWHERE = (
    Command("help", "Help", "help", _help, ("F1",), words="keys"),
    Command("lights", "House lights up or down", "sun", _lights, ("F8",), words="dark theme"),
)
