"""Opens the program over a database, and keeps it open until its window is closed.

Which database: the one that was named, else the shared house that this computer has joined, else this
user's own file.

The sign-in window is painted first; whatever stands behind it is imported and opened in a worker while
somebody types (`ui.loading`). Nothing imported here may bring the services along.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QProgressDialog, QWidget

from app.config import Settings, card_terminal, data_folder, demo_database, house_database
from app.domain.backups import Moved
from app.domain.errors import HouselightsError
from ui import theme
from ui.errors import words
from ui.i18n import tr
from ui.login.demo_accounts import DEMO_ACCOUNTS
from ui.login.view import LoginView
from ui.login.viewmodel import SignIn
from ui.screen import Reopening
from ui.shell.crash import CrashGuard
from ui.shell.moved_dialog import MovedDialog
from ui.shell.password_dialog import PasswordDialog, PasswordWanted
from ui.shell.placing import place
from ui.shell.single import SingleWindow
from ui.tasks import ThreadTasks

_POST_AFTER_MS = 1_500
# a window that no screen shows is never painted, and must not wait for it
_UNPAINTED_AFTER_MS = 500
# While modules are imported behind it, the window gets its turn after 1 ms instead of 5 (measured).
_TURN_S = 0.001
_LOCAL = "sqlite:///"


@dataclass(frozen=True)
class Again:
    """A run after this one: over the demo, or the house at `address` ("" is the one of this computer), after
    a backup was put in its place."""

    demo: bool = False
    address: str = ""
    restore: Path | None = None


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed. Raises Unavailable when the database is."""
    _keep_log(data_folder() / "logs")
    application = theme.make_application(arguments.theme)
    status, again = _run(application, arguments, Again(demo=arguments.demo))
    while again is not None:
        if again.address and not (arguments.database or arguments.demo):
            _work_for(again.address)
        if again.restore is not None:
            _restore(_settings(arguments, again), again.restore)
        status, again = _run(application, arguments, again)
    return status


def _run(
    application: QApplication, arguments: argparse.Namespace, how: Again
) -> tuple[int, Again | None]:
    """One run over one database: the exit status, and which one is wanted after it."""
    try:
        settings = _settings(arguments, how)
    except HouselightsError as error:
        _say(error)
        raise
    single = SingleWindow(_window_of(settings))
    if single.other_was_raised():
        return 0, None
    start = Start(settings, how)
    single.raised.connect(start.to_front)
    start.ended.connect(application.exit)
    start.begin()
    status = application.exec()
    start.close()
    for part in (start, single):
        part.deleteLater()
    if start.refusal is not None:
        raise start.refusal
    return status, start.wanted


class Start(QObject):
    """One run over one database: the sign-in window, and the house behind it as soon as it is there.

    `painted` once the window can be typed into, `opened` once the house stands behind it, `ended` with an
    exit status: `refusal` is then why it could not be opened, `wanted` the run that is to follow.
    """

    painted = Signal()
    opened = Signal()
    ended = Signal(int)
    _progressed = Signal(float)

    def __init__(self, settings: Settings, how: Again | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._how = how or Again()
        self._demo = DEMO_ACCOUNTS if self._how.demo else ()
        self._tasks = ThreadTasks()
        self._guard = CrashGuard(parent=self.front)
        self._login: LoginView | None = None
        self._house: Any = None  # a Houselights, once there is one
        self._to_close: list[Callable[[], None]] = []
        self._furnishing: QProgressDialog | None = None
        self._asked = False  # for a password
        self._closed = False
        self.refusal: HouselightsError | None = None
        self.wanted: Again | None = None
        self._paint = FirstPaint(self)
        self._paint.seen.connect(self._on_paint)
        self._progressed.connect(self._show_progress)
        self._tasks.crashed.connect(self._on_crash)
        self._interval = sys.getswitchinterval()

    def begin(self) -> None:
        """Show the sign-in window, and load what stands behind it once it is painted. A file that is
        still to be made asks for its first admin instead: that window comes when it is made."""
        self._guard.install()
        if _is_missing(self._settings):
            self._load()
            return
        self._login = LoginView(SignIn(tasks=self._tasks), demo=self._demo)
        self._paint.watch(self._login)
        place(self._login)
        self._login.show()

    def _on_paint(self) -> None:
        if not self._closed:
            self.painted.emit()
            self._load()

    def _load(self, *, password: str | None = None, keep: bool = False) -> None:
        settings, furnishes = self._settings, self._how.demo
        sys.setswitchinterval(_TURN_S)

        def work() -> Any:
            loading = _loading()
            if furnishes:
                _furnish(self._progressed.emit)
            answer = loading.open_house(settings, password=password, keep=keep)
            if isinstance(answer, loading.Opened):
                self._to_close.append(answer.services.close)
            return answer

        self._tasks.run(self, work, done=self._on_answer, failed=self._on_refusal, lane="io")

    def _on_answer(self, answer: Any) -> None:
        """The house is open, or wants a password; unless nobody waits for it any more."""
        if self._closed:
            return
        self._at_usual_pace()
        if isinstance(answer, PasswordWanted):
            self._ask_password(answer)
            return
        if answer.gone is None or self._looks_behind(answer.gone):
            self._open(answer)

    def _open(self, answer: Any) -> None:
        house = self._house = answer.program(self._tasks, demo=self._demo)
        login, self._login = self._login, None
        house.reach.back.connect(self._tasks.ask_again)
        self._tasks.keep_running(answer.services.feed)
        theme.themes.changed.connect(house.remember_look)
        for again, signal in ((Again(demo=True), house.demo_wanted), (Again(), house.joined)):
            signal.connect(lambda again=again: self._want(again))
        house.reopening.connect(lambda asked: self._want(_after(asked, self._how)))
        house.begin(login=login, new=answer.new)
        if self._furnishing is not None:
            self._furnishing.close()
        QTimer.singleShot(_POST_AFTER_MS, house.open_postroom)
        if not self._how.demo:  # it can be furnished again
            QTimer.singleShot(_POST_AFTER_MS, house.open_backups)
        self.opened.emit()

    def _want(self, again: Again | None) -> None:
        self.wanted = again
        self.ended.emit(0)

    # -- what may come between ---------------------------------------------------------------------

    def _show_progress(self, share: float) -> None:
        """The demo theatre is being furnished: the first time, and when its season is over."""
        if self._furnishing is None:
            said = tr("Furnishing the demo theatre …")
            self._furnishing = _waiting(said, parent=self._login)
        self._furnishing.setValue(round(share * 100))

    def _looks_behind(self, gone: Moved) -> bool:
        """The house has moved: whether somebody wants to look at what it left, instead of going after it."""
        dialog = MovedDialog(gone, parent=self._login)
        dialog.exec()
        if dialog.looks:
            return True
        follows = dialog.result() == QDialog.DialogCode.Accepted
        self._want(Again(address=gone.address) if follows else None)
        return False

    def _ask_password(self, wanted: PasswordWanted) -> None:
        dialog = PasswordDialog(wanted, again=self._asked, parent=self._login)
        self._asked = True
        if dialog.exec():
            self._load(password=dialog.password.text(), keep=dialog.remember.isChecked())
        else:
            self._on_refusal(wanted.refusal)
        dialog.deleteLater()

    def _on_refusal(self, error: HouselightsError) -> None:
        self._at_usual_pace()
        self.refusal = error
        _say(error, parent=self._login)
        self.ended.emit(1)

    def _on_crash(self, error: BaseException) -> None:
        """A bug; without a house behind the window there is nothing to carry on with."""
        self._at_usual_pace()
        self._guard.report(error)
        if self._house is None and self._guard.dialog is not None:
            self._guard.dialog.finished.connect(lambda: self.ended.emit(1))

    # -- the window --------------------------------------------------------------------------------

    def front(self) -> QWidget | None:
        """What is on the screen."""
        front: QWidget | None = self._login if self._house is None else self._house.front()
        return front

    def to_front(self) -> None:
        """Somebody started the program once more."""
        if (widget := self.front()) is not None:
            widget.setWindowState(widget.windowState() & ~Qt.WindowState.WindowMinimized)
            widget.raise_()
            widget.activateWindow()

    def _at_usual_pace(self) -> None:
        """Loading is over. What it made stays: scanning it again and again would make the screen late."""
        sys.setswitchinterval(self._interval)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def close(self) -> None:
        """Take down what is on the screen, end the threads, give the database back."""
        self._closed = True
        self._at_usual_pace()
        if self._house is not None:
            self._house.close()
        elif self._login is not None:
            self._login.close()
        self._guard.uninstall()
        self._tasks.close()
        for close in self._to_close:
            close()
        if self._house is not None:
            self._house.deleteLater()


class FirstPaint(QObject):
    """Tells when a window has been painted for the first time, or no screen shows it."""

    seen = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._late = QTimer(self, singleShot=True, interval=_UNPAINTED_AFTER_MS)
        self._late.timeout.connect(self.seen)

    def watch(self, widget: QWidget) -> None:
        """Wait for this one."""
        widget.installEventFilter(self)
        self._late.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._late.start(0)  # when this painting is over
        return False


def _settings(arguments: argparse.Namespace, how: Again) -> Settings:
    url = demo_database() if how.demo else how.address or arguments.database or house_database()
    terminal = "simulator" if arguments.demo else card_terminal()
    return Settings(url, station=arguments.station or "", terminal=terminal)


def _window_of(settings: Settings) -> str:
    """Several stations of a shared house may stand on one desk; a local file has one window."""
    if settings.database.startswith("sqlite"):
        return settings.database
    return f"{settings.station or settings.usual_station} {settings.database}"


def _is_missing(settings: Settings) -> bool:
    """Whether it is a local file that nobody has made yet."""
    url = settings.database
    return url.startswith(_LOCAL) and not Path(url.removeprefix(_LOCAL)).exists()


def _loading() -> Any:
    from ui import loading  # noqa: PLC0415 - slow: SQLAlchemy, every service, the window

    return loading


def _work_for(address: str) -> None:
    from app.bootstrap import work_for  # noqa: PLC0415 - see _loading

    work_for(address)


def _after(asked: Reopening, how: Again) -> Again:
    """What a screen asked for, over the same house unless it names another."""
    if asked.restore is not None:
        return replace(how, restore=asked.restore)
    return Again(address=asked.address)


def _restore(settings: Settings, file: Path) -> None:
    """Put a backup in place while nothing is open, and say what became of the house of before."""
    from app.bootstrap import restore_backup  # noqa: PLC0415 - see _loading

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


def _furnish(progress: Callable[[float], None]) -> None:
    from app.demo.furnish import open_demo  # noqa: PLC0415 - only the demo pays for its builders

    open_demo(progress=lambda share, _: progress(share))


def _waiting(said: str, *, parent: QWidget | None = None) -> QProgressDialog:
    dialog = QProgressDialog(said, "", 0, 100, parent)
    dialog.setWindowTitle("Houselights")
    dialog.setCancelButton(None)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    dialog.setMinimumSize(420, 88)
    dialog.setMinimumDuration(0)
    return dialog


def _say(error: HouselightsError, *, parent: QWidget | None = None) -> None:
    """Whoever started us by a click sees no terminal; `ui.main` says the same there."""
    QMessageBox.critical(parent, "Houselights", words(error))


def _keep_log(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "houselights.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
