"""How the operator wants to see the program, and how this computer shows it to everybody else."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.domain.users import User
from ui import theme
from ui.i18n import LANGUAGES, locale, use_locale


class Looks:
    """House lights and ways of writing; `personal` while somebody's own lights are on."""

    def __init__(self) -> None:
        self.personal = False
        self._locale = locale()
        self._theme = ""  # the computer's, while somebody's own is on
        self._worn = ""

    def dress(self, user: User) -> None:
        """As this user likes it; where they said nothing, as the computer does."""
        use_locale(user.language if user.language in LANGUAGES else self._locale)
        if user.theme not in theme.NAMES:
            self._lights_as_before()
        elif user.theme != self._worn:  # else the lights may have been turned by hand since
            if not self.personal:
                self.personal, self._theme = True, theme.current().name
            self._worn = user.theme
            _turn(user.theme)

    def undress(self) -> None:
        """As the computer shows it."""
        use_locale(self._locale)
        self._lights_as_before()

    def _lights_as_before(self) -> None:
        if self.personal:
            _turn(self._theme)
            self.personal, self._worn = False, ""


def _turn(name: str) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication) and theme.current().name != name:
        theme.apply(application, theme.load(name))
