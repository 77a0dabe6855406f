"""Opens the program over a database, and keeps it open until its window is closed.

Which database: the one that was named, else the shared house that this computer has joined, else this
user's own file.
"""

from __future__ import annotations

import argparse
import gc
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QProgressDialog, QWidget

from app.bootstrap import (
    Services,
    build,
    can_keep_passwords,
    given_password,
    keep_password,
    wants_password,
)
from app.config import Settings, card_terminal, data_folder, house_database
from app.domain.errors import DatabaseUnavailable, HouselightsError
from ui import theme
from ui.application import DEMO_ACCOUNTS, Houselights, make_application
from ui.errors import words
from ui.i18n import tr
from ui.shell.crash import CrashGuard
from ui.shell.password_dialog import PasswordDialog
from ui.shell.single import SingleWindow
from ui.tasks import ThreadTasks

_POST_AFTER_MS = 1_500
_DEMO, _JOINED = "demo", "joined"


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed. Raises Unavailable when the database is."""
    _keep_log(data_folder() / "logs")
    application = make_application(arguments.theme)
    status, wanted = _run(application, arguments, demo=arguments.demo)
    while wanted:
        status, wanted = _run(application, arguments, demo=wanted == _DEMO)
    return status


def _run(
    application: QApplication, arguments: argparse.Namespace, *, demo: bool
) -> tuple[int, str]:
    """One run over one database: the exit status, and whether another one is wanted instead."""
    url = _demo() if demo else arguments.database or house_database()
    single = SingleWindow(url)
    if single.other_was_raised():
        return 0, ""
    try:
        terminal = "simulator" if arguments.demo else card_terminal()
        services = _open_house(Settings(url, station=arguments.station or "T1", terminal=terminal))
    except HouselightsError as error:
        # Whoever started us by a click sees no terminal; `ui.main` says the same there.
        QMessageBox.critical(None, "Houselights", words(error))
        raise
    tasks = ThreadTasks()
    house = Houselights(services, tasks=tasks, demo=DEMO_ACCOUNTS if demo else ())
    guard = CrashGuard(parent=house.front)
    guard.install()
    tasks.crashed.connect(guard.report)
    house.reach.back.connect(tasks.ask_again)
    tasks.keep_running(services.feed)
    single.raised.connect(lambda: _bring_to_front(house.front()))
    theme.themes.changed.connect(house.remember_look)
    wanted = [""]
    for other, signal in ((_DEMO, house.demo_wanted), (_JOINED, house.joined)):
        signal.connect(lambda other=other: wanted.append(other))
        signal.connect(application.quit)
    house.begin()
    QTimer.singleShot(_POST_AFTER_MS, house.open_postroom)
    # What start-up made stays; scanning it again and again would make the screen late (measured).
    gc.collect()
    gc.freeze()
    status = application.exec()
    house.close()
    guard.uninstall()
    tasks.close()
    services.close()
    for part in (house, single):
        part.deleteLater()
    return status, wanted[-1]


def _open_house(settings: Settings) -> Services:
    """The services; whoever a shared database refuses is asked for its password, and asked again."""
    if not wants_password(settings):
        return build(settings)
    trying, remembered = settings, ""
    while True:
        try:
            services = build(trying)
        except DatabaseUnavailable as error:
            if error.reason != "refused":
                raise
            dialog = PasswordDialog(
                error.where, keyring=can_keep_passwords(), again=trying is not settings
            )
            if not dialog.exec():
                raise
            trying = given_password(settings, dialog.password.text())
            remembered = dialog.password.text() if dialog.remember.isChecked() else ""
            continue
        if remembered:
            keep_password(settings.database, remembered)
        return services


def _demo() -> str:
    from app.demo.furnish import open_demo  # noqa: PLC0415 - only the demo pays for its builders

    dialog = QProgressDialog(tr("Furnishing the demo theatre …"), "", 0, 100)
    dialog.setWindowTitle("Houselights")
    dialog.setCancelButton(None)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    dialog.setMinimumSize(420, 88)
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


def _keep_log(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "houselights.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
