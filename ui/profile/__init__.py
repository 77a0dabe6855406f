"""The operator's own page."""

from __future__ import annotations

from ui.profile.view import ProfileView
from ui.screen import Screen

SCREEN = Screen(id="profile", title="Me", icon="user", open=ProfileView, order=90, foot=True)
