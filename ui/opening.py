"""Opens the program over a database, and keeps it open until its window is closed.

Which database: the one that was named, else the shared house that this computer has joined, else this
user's own file.
"""

from __future__ import annotations

import argparse
import gc
import logging
from dataclasses import dataclass, replace
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QProgressDialog, QWidget

from app.bootstrap import (
    Services,
    build,
    can_keep_passwords,
    given_password,
    keep_password,
    names_shared,
    restore_backup,
    wants_password,
    work_for,
)
from app.config import Settings, card_terminal, data_folder, house_database
from app.domain.backups import Moved
from app.domain.errors import DatabaseUnavailable, HouselightsError
from ui import theme
from ui.application import DEMO_ACCOUNTS, Houselights, make_application
from ui.errors import words
from ui.i18n import tr
from ui.screen import Reopening
from ui.shell.crash import CrashGuard
from ui.shell.moved_dialog import MovedDialog
from ui.shell.password_dialog import PasswordDialog
from ui.shell.single import SingleWindow
from ui.tasks import ThreadTasks

_POST_AFTER_MS = 1_500


@dataclass(frozen=True)
class _Again:
    """Another run after this one: over the demo, or the house at `address` ("" is the one of this computer),
    after a backup was put in its place."""

    demo: bool = False
    address: str = ""
    restore: Path | None = None


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed. Raises Unavailable when the database is."""
    _keep_log(data_folder() / "logs")
    application = make_application(arguments.theme)
    status, again = _run(application, arguments, _Again(demo=arguments.demo))
    while again is not None:
        if again.address and not (arguments.database or arguments.demo):
            work_for(again.address)
        if again.restore is not None:
            _restore(_settings(arguments, again), again.restore)
        status, again = _run(application, arguments, again)
    return status


def _run(
    application: QApplication, arguments: argparse.Namespace, how: _Again
) -> tuple[int, _Again | None]:
    """One run over one database: the exit status, and which one is wanted after it."""
    try:
        settings = _settings(arguments, how)
        single = SingleWindow(_window_of(settings))
        if single.other_was_raised():
            return 0, None
        services = _open_house(settings)
    except HouselightsError as error:
        # Whoever started us by a click sees no terminal; `ui.main` says the same there.
        QMessageBox.critical(None, "Houselights", words(error))
        raise
    gone = services.moving.gone()
    if gone is not None and not (dialog := _ask_moved(gone)).looks:
        services.close()
        if dialog.result() != QDialog.DialogCode.Accepted:
            return 0, None
        return 0, _Again(address=gone.address)
    status, wanted = _stay_open(application, services, single, how)
    single.deleteLater()
    return status, wanted


def _stay_open(
    application: QApplication, services: Services, single: SingleWindow, how: _Again
) -> tuple[int, _Again | None]:
    """The window, until it is closed."""
    tasks = ThreadTasks()
    house = Houselights(services, tasks=tasks, demo=DEMO_ACCOUNTS if how.demo else ())
    guard = CrashGuard(parent=house.front)
    guard.install()
    tasks.crashed.connect(guard.report)
    house.reach.back.connect(tasks.ask_again)
    tasks.keep_running(services.feed)
    single.raised.connect(lambda: _bring_to_front(house.front()))
    theme.themes.changed.connect(house.remember_look)
    wanted: list[_Again | None] = [None]
    for again, signal in ((_Again(demo=True), house.demo_wanted), (_Again(), house.joined)):
        signal.connect(lambda again=again: wanted.append(again))
        signal.connect(application.quit)
    house.reopening.connect(lambda asked: wanted.append(_after(asked, how)))
    house.reopening.connect(application.quit)
    house.begin()
    QTimer.singleShot(_POST_AFTER_MS, house.open_postroom)
    if not how.demo:  # it can be furnished again
        QTimer.singleShot(_POST_AFTER_MS, house.open_backups)
    # What start-up made stays; scanning it again and again would make the screen late (measured).
    gc.collect()
    gc.freeze()
    status = application.exec()
    house.close()
    guard.uninstall()
    tasks.close()
    services.close()
    house.deleteLater()
    return status, wanted[-1]


def _after(asked: Reopening, how: _Again) -> _Again:
    """What a screen asked for, over the same house unless it names another."""
    if asked.restore is not None:
        return replace(how, restore=asked.restore)
    return _Again(address=asked.address)


def _ask_moved(gone: Moved) -> MovedDialog:
    dialog = MovedDialog(gone)
    dialog.exec()
    return dialog


def _restore(settings: Settings, file: Path) -> None:
    """Put a backup in place while nothing is open, and say what became of the house of before."""
    dialog = _waiting(tr("Restoring the backup …"))

    def follow(share: float, step: str) -> None:
        del step
        dialog.setValue(round(share * 100))

    try:
        restored = restore_backup(settings, file, replace=True, follow=follow)
    except HouselightsError as error:
        dialog.close()
        said = tr("Nothing was changed. {why}", why=words(error))
        QMessageBox.critical(None, "Houselights", said)
        return
    dialog.close()
    aside = tr("The house of before is {file}.", file=restored.aside) if restored.aside else ""
    said = tr("The backup is in place, and every rule holds in it. {aside}", aside=aside)
    QMessageBox.information(None, "Houselights", said)


def _settings(arguments: argparse.Namespace, how: _Again) -> Settings:
    url = _demo() if how.demo else how.address or arguments.database or house_database()
    terminal = "simulator" if arguments.demo else card_terminal()
    return Settings(url, station=arguments.station or "", terminal=terminal)


def _window_of(settings: Settings) -> str:
    """Several stations of a shared house may stand on one desk; a local file has one window."""
    shared = names_shared(settings)
    return (
        f"{settings.station or settings.usual_station} {settings.database}"
        if shared
        else settings.database
    )


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

    dialog = _waiting(tr("Furnishing the demo theatre …"))

    def progress(share: float, step: str) -> None:
        del step
        dialog.setValue(round(share * 100))

    url = open_demo(progress=progress)
    dialog.close()
    return url


def _waiting(said: str) -> QProgressDialog:
    dialog = QProgressDialog(said, "", 0, 100)
    dialog.setWindowTitle("Houselights")
    dialog.setCancelButton(None)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    dialog.setMinimumSize(420, 88)
    dialog.setMinimumDuration(0)
    return dialog


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
