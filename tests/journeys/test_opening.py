"""Starting the program: the sign-in window stands at once, and whatever comes after it finds it there."""

import subprocess
import sys
import uuid

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from shiboken6 import isValid
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.config import Settings
from app.domain.errors import DatabaseUnavailable
from app.persistence.database import Database
from tests.builders import theatre
from ui.login.view import LoginView
from ui.opening import Start
from ui.shell.moved_dialog import MovedDialog
from ui.shell.password_dialog import PasswordDialog
from ui.shell.window import Window
from ui.wizard.view import WizardView

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 20_000


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOUSELIGHTS_HOME", str(tmp_path / "home"))


@pytest.fixture
def start(qapp):
    """Made for a URL: the program about to begin over it."""
    made: list[Start] = []

    def over(url: str) -> Start:
        made.append(Start(Settings(url)))
        return made[-1]

    yield over
    for one in made:
        front = one.front()
        one.close()
        if front is not None:
            front.deleteLater()
        one.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()


@pytest.fixture
def house(sqlite_url):
    """The address of a house with a cashier."""
    made = theatre(sqlite_url)
    made.services.close()
    return sqlite_url


def wait_for(qtbot, start: Start, kind):
    qtbot.waitUntil(lambda: isinstance(start.front(), kind), timeout=PATIENCE)
    return start.front()


def sign_in(qtbot, login: LoginView) -> None:
    login.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is login)
    qtbot.keyClicks(login.email.edit, "carla@example.org")
    qtbot.keyClicks(login.password.edit, "curtain up")
    qtbot.mouseClick(login.button, LEFT)


def wait_for_the_end(qtbot, start: Start) -> None:
    with qtbot.waitSignal(start.ended, timeout=PATIENCE) as ended:
        start.begin()
    assert ended.args == [1]


def test_the_window_stands_before_the_house_and_what_is_typed_meanwhile_counts(start, house, qtbot):
    program = start(house)
    opened = []
    program.opened.connect(lambda: opened.append(True))
    program.begin()
    login = program.front()
    assert isinstance(login, LoginView)
    sign_in(qtbot, login)
    assert login.sign_in.state.busy
    wait_for(qtbot, program, Window)
    assert opened == [True]


def test_the_window_is_the_same_one_when_the_house_is_open(start, house, qtbot):
    program = start(house)
    program.begin()
    login = program.front()
    with qtbot.waitSignal(program.opened, timeout=PATIENCE):
        qtbot.keyClicks(login.email.edit, "carla@")
    assert program.front() is login
    assert login.email.text() == "carla@"


def test_a_file_that_nobody_has_made_asks_for_its_admin_and_shows_no_other_window(
    start, tmp_path, qtbot
):
    program = start(f"sqlite:///{tmp_path / 'new.db'}")
    program.begin()
    assert program.front() is None
    wait_for(qtbot, program, WizardView)
    assert QApplication.topLevelWidgets().count(program.front()) == 1
    assert not [
        w for w in QApplication.topLevelWidgets() if isinstance(w, LoginView) and w.isVisible()
    ]


def test_a_shared_house_that_nobody_has_opened_asks_for_its_admin_instead(
    start, blank_postgresql_url, qtbot
):
    program = start(blank_postgresql_url)
    program.begin()
    login = program.front()
    assert isinstance(login, LoginView)
    wait_for(qtbot, program, WizardView)
    assert not isValid(login) or not login.isVisible()


def test_a_window_closed_before_the_house_is_open_leaves_nothing_behind(start, house, qtbot):
    program = start(house)
    with qtbot.waitSignal(program.painted, timeout=PATIENCE):
        program.begin()
    program.front().close()
    program.close()
    again = Database(house)
    assert again.revision() is not None
    again.close()


# --- what may be in the way -------------------------------------------------------------------------


class Answering:
    """Presses the button of whatever dialog of this kind comes up; what it said."""

    def __init__(self, kind, answer) -> None:
        self.said: list[str] = []
        self._kind, self._answer = kind, answer
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, self._kind):
            self.said.append(dialog.text() if isinstance(dialog, QMessageBox) else "")
            self._answer(dialog)

    def end(self) -> None:
        self._timer.stop()


@pytest.fixture
def answering():
    made = []

    def begin(kind, answer):
        made.append(Answering(kind, answer))
        return made[-1]

    yield begin
    for one in made:
        one.end()


def test_a_file_that_is_no_database_is_said_over_the_window(start, tmp_path, qtbot, answering):
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 1000)
    said = answering(QMessageBox, QMessageBox.accept)
    program = start(f"sqlite:///{path}")
    wait_for_the_end(qtbot, program)
    assert isinstance(program.refusal, DatabaseUnavailable)
    assert program.refusal.reason == "not_a_database"
    assert str(path) in said.said[0]


@pytest.fixture
def guarded(blank_postgresql_url):
    """The address of a house that asks its user for a password, which is `open sesame`."""
    till = f"till_{uuid.uuid4().hex[:8]}"
    url = make_url(blank_postgresql_url)
    theatre(blank_postgresql_url).services.close()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.execute(text(f"CREATE ROLE {till} LOGIN PASSWORD 'open sesame'"))
        server.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {till}"))
        server.execute(text(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {till}"))
    yield url.set(username=till, password=None).render_as_string(hide_password=False)
    with engine.connect() as server:
        server.execute(text(f"DROP OWNED BY {till}"))
        server.execute(text(f"DROP ROLE {till}"))
    engine.dispose()


def test_a_password_is_asked_for_until_it_fits(start, guarded, qtbot, answering):
    tries = iter(["open barley", "open sesame"])

    def answer(dialog):
        dialog.password.set_text(next(tries))
        dialog.accept()

    asked = answering(PasswordDialog, answer)
    program = start(guarded)
    with qtbot.waitSignal(program.opened, timeout=PATIENCE):
        program.begin()
    assert len(asked.said) == 2
    assert program.refusal is None
    assert isinstance(program.front(), LoginView)


def test_whoever_knows_no_password_is_told_and_leaves(start, guarded, qtbot, answering):
    answering(PasswordDialog, PasswordDialog.reject)
    answering(QMessageBox, QMessageBox.accept)
    program = start(guarded)
    wait_for_the_end(qtbot, program)
    assert program.refusal.reason == "refused"


# --- the house has moved -----------------------------------------------------------------------------


@pytest.fixture
def left_behind(sqlite_url, blank_postgresql_url):
    """The address of a file whose house went to a server, and where it is now."""
    made = theatre(sqlite_url)
    made.services.moving.move(blank_postgresql_url, by=made.admin, follow=lambda *_: None)
    made.services.close()
    return sqlite_url, blank_postgresql_url


def test_whoever_opens_what_a_house_left_can_follow_it(start, left_behind, qtbot, answering):
    here, there = left_behind
    answering(MovedDialog, MovedDialog.accept)
    program = start(here)
    with qtbot.waitSignal(program.ended, timeout=PATIENCE) as ended:
        program.begin()
    assert ended.args == [0]
    assert make_url(program.wanted.address).database == make_url(there).database


def test_whoever_only_looks_finds_the_window_they_were_at(start, left_behind, qtbot, answering):
    answering(MovedDialog, lambda dialog: dialog.look.click())
    program = start(left_behind[0])
    with qtbot.waitSignal(program.opened, timeout=PATIENCE):
        program.begin()
        login = program.front()
    assert program.front() is login


# --- what is loaded when -----------------------------------------------------------------------------


def test_what_the_first_paint_needs_brings_no_service_and_no_database_along():
    """Nothing here is slow by itself; together they are what nobody waits for before they can type."""
    late = ("sqlalchemy", "numpy", "app.bootstrap", "app.domain.ports", "ui.application", "asyncio")
    code = f"import sys, ui.main, ui.opening; print([m for m in {late} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
