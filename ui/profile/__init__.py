"""The operator's own page."""

from __future__ import annotations

from functools import partial

from ui.profile.commands import COMMANDS
from ui.profile.view import ProfileView, Section
from ui.screen import Screen


def screen(*sections: Section) -> Screen:
    """The page with cards of other screens on it: each is made from the Context, as a screen is."""
    opens = partial(ProfileView, sections=sections)
    return Screen(
        id="profile",
        title="Me",
        icon="user",
        open=opens,
        order=90,
        foot=True,
        commands=COMMANDS,
    )


SCREEN = screen()
