"""What can be done on the screen of settings: go to a section, and what each section can do."""

from __future__ import annotations

from dataclasses import replace

from ui.commands import Command
from ui.settings.section import Section
from ui.settings.sections import SECTIONS
from ui.settings.view import SettingsView


def _to(section: Section) -> Command:
    def show(view: SettingsView) -> None:
        view.show_section(section.id)

    return Command(section.id, section.title, section.icon, show, words=section.words)


def _of(section: Section, command: Command) -> Command:
    """The command of a section's widget, as one of the screen."""

    def act(view: SettingsView) -> None:
        view.show_section(section.id)
        command.act(view.page(section.id))

    def enabled(view: SettingsView) -> bool:
        return command.enabled(view.page(section.id))

    return replace(command, id=f"{section.id}-{command.id}", act=act, enabled=enabled)


COMMANDS = (
    *(_to(section) for section in SECTIONS),
    *(_of(section, command) for section in SECTIONS for command in section.commands),
)
