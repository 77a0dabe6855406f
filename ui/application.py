"""Puts the program on the screen: services, theme, sign-in, window; and takes it down again in order."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox, QProgressDialog, QWidget

import resources
from app.bootstrap import Services, build
from app.config import Settings, data_folder, local_database
from app.demo.people import STAFF
from app.demo.repertoire import PASSWORD
from app.domain.errors import HouselightsError
from app.domain.users import Operator
from ui import theme
from ui.errors import Level, words
from ui.i18n import tr
from ui.login.view import LoginView
from ui.login.viewmodel import DemoAccount, SignIn
from ui.relay import Relay
from ui.screen import Context, Screen, Session
from ui.shell.crash import CrashGuard
from ui.shell.single import SingleWindow
from ui.shell.window import Window
from ui.tasks import Tasks, ThreadTasks

DEMO_ACCOUNTS = tuple(
    DemoAccount(person.name, person.role.value, person.email, PASSWORD) for person in STAFF
)


def screens_for(operator: Operator) -> tuple[Screen, ...]:
    """The screens this operator may open."""
    # Slow to import (120 ms, the seat map and printing): the sign-in window need not wait for them.
    from ui import bookings, box_office, profile  # noqa: PLC0415

    screens = (box_office.SCREEN, bookings.SCREEN, profile.SCREEN)
    return tuple(screen for screen in screens if screen.allowed(operator))


class Houselights(QObject):
    """One run of the program over one database: sign-in window, then the window, and back."""

    def __init__(
        self, services: Services, *, tasks: Tasks, demo: Sequence[DemoAccount] = ()
    ) -> None:
        super().__init__()
        self._services = services
        self._tasks = tasks
        self._demo = tuple(demo)
        self._relay = Relay(services.bus, self)
        self._settings = QSettings()
        self.login: LoginView | None = None
        self.window: Window | None = None

    def show_login(self) -> None:
        """Bring the sign-in window up."""
        sign_in = SignIn(
            self._services.users, station=self._services.station, tasks=self._tasks, parent=self
        )
        sign_in.signed_in.connect(self.enter)
        self.login = LoginView(sign_in, demo=self._demo)
        self._place(self.login)
        self.login.show()

    def enter(self, operator: Operator) -> None:
        """Open the window for this operator in the sign-in window's place."""
        window = self.window_for(operator)
        self._place(window)
        if self.login is not None:
            window.setGeometry(self.login.geometry())
        self.window = window
        window.show()
        if self.login is not None:
            self.login.close()
            self.login.deleteLater()
            self.login = None

    def window_for(self, operator: Operator) -> Window:
        """A window with everything this operator may do; the first screen is open."""
        screens = screens_for(operator)
        windows: list[Window] = []

        def navigate(screen_id: str, key: str = "") -> None:
            windows[0].go(screen_id, key)

        def say(text: str, level: Level = Level.GOOD) -> None:
            windows[0].say(text, level)

        context = Context(
            services=self._services,
            tasks=self._tasks,
            relay=self._relay,
            session=Session(operator),
            navigate=navigate,
            say=say,
            sign_out=self.sign_out,
        )
        window = Window(screens, open_screen=lambda screen: screen.open(context))
        windows.append(window)
        self._show_status(window, operator)
        window.go(screens[0].id)
        return window

    def sign_out(self) -> None:
        """End the session: what its basket held is free again; the sign-in window comes back."""
        window, self.window = self.window, None
        self.show_login()
        if window is not None:
            self._remember(window)
            window.close()
            window.deleteLater()

    def close(self) -> None:
        """Remember the window's place."""
        if self.window is not None:
            self._remember(self.window)

    def _show_status(self, window: Window, operator: Operator) -> None:
        shared = self._services.database.path is None
        house = tr("Shared house") if shared else tr("Local house")
        window.status.show_cell("house", house, level=Level.GOOD)
        who = tr("{name} at {station}", name=operator.name, station=operator.station_code)
        window.status.show_cell("operator", who)

    def _place(self, widget: QWidget) -> None:
        geometry = self._settings.value("window/geometry")
        if geometry is not None:
            widget.restoreGeometry(geometry)

    def _remember(self, window: Window) -> None:
        self._settings.setValue("window/geometry", window.saveGeometry())


def make_application(theme_name: str | None = None) -> QApplication:
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
    name = theme_name or str(QSettings().value("theme", "light"))
    theme.apply(application, theme.load(name if name in theme.NAMES else "light"))
    return application


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed. Raises Unavailable when the database is."""
    _keep_log(data_folder() / "logs")
    application = make_application(arguments.theme)
    url = _demo() if arguments.demo else arguments.database or local_database()
    single = SingleWindow(url)
    if single.other_was_raised():
        return 0
    try:
        services = build(Settings(url, station=arguments.station or "T1"))
    except HouselightsError as error:
        # Whoever started us by a click sees no terminal; `ui.main` says the same there.
        QMessageBox.critical(None, "Houselights", words(error))
        raise
    tasks = ThreadTasks()
    house = Houselights(services, tasks=tasks, demo=DEMO_ACCOUNTS if arguments.demo else ())
    guard = CrashGuard(parent=lambda: house.window or house.login)
    guard.install()
    tasks.crashed.connect(guard.report)
    single.raised.connect(lambda: _bring_to_front(house.window or house.login))
    theme.themes.changed.connect(_remember_theme)
    house.show_login()
    # What start-up made stays; scanning it again and again would make the screen late (measured).
    gc.collect()
    gc.freeze()
    status = application.exec()
    house.close()
    guard.uninstall()
    tasks.close()
    services.close()
    return status


def _demo() -> str:
    from app.demo.furnish import open_demo  # noqa: PLC0415 - only the demo pays for its builders

    dialog = QProgressDialog(tr("Furnishing the demo theatre …"), "", 0, 100)
    dialog.setWindowTitle("Houselights")
    dialog.setCancelButton(None)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    dialog.setMinimumWidth(420)
    dialog.setMinimumDuration(0)

    def progress(share: float, step: str) -> None:
        del step
        dialog.setValue(round(share * 100))

    url = open_demo(progress=progress)
    dialog.close()
    return url


def _bring_to_front(widget: QWidget | None) -> None:
    if widget is not None:
        widget.setWindowState(widget.windowState() & ~Qt.WindowState.WindowMinimized)
        widget.raise_()
        widget.activateWindow()


def _remember_theme(look: theme.Theme) -> None:
    QSettings().setValue("theme", look.name)


def _keep_log(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "houselights.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
