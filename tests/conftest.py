"""What every test stands on: a home of its own, no network, no screen, quick databases."""

import atexit
import gc
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pysqlite3
import pytest
from hypothesis import settings
from PySide6.QtCore import qVersion

from app.persistence.database import Database
from tests.house import shape
from tests.postgres import ELSEWHERE, OwnServer, PostgresMissing, Server

BACKENDS = ("sqlite", "postgresql")
_LOOPBACK = ("127.", "::1", "localhost")
_KEPT = {ELSEWHERE, "HOUSELIGHTS_SCHEMATHESIS"}
# Qt paints large pictures with a pool of its own, which it keeps
_SYSTEM_THREADS = (
    "Thread (pooled)",
    "QDBus",
    "QXcbEvent",
    "QInotify",
    "gmain",
    "gdbus",
    "pool-",
    "dconf",
    "llvmpipe",
)


def _move_to_an_own_home() -> None:
    """Nothing a test does can reach a person's data, settings, locale or server."""
    home = Path(tempfile.mkdtemp(prefix="houselights-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in [n for n in os.environ if n.startswith(("PG", "QT_SCALE", "QT_STYLE", "QT_FONT"))]:
        del os.environ[name]
    for name in [n for n in os.environ if n.startswith("HOUSELIGHTS_") and n not in _KEPT]:
        del os.environ[name]
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        os.environ[name] = str(home)
    for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
        folder = home / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{name}"] = str(folder)
    os.environ["MPLCONFIGDIR"] = str(home / "matplotlib")
    os.environ.update({"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "en"})
    # half an hour off every venue's zone: local time taken for UTC shows at once
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # not the person's own
    os.environ["TZ"] = "America/St_Johns"
    if hasattr(time, "tzset"):
        time.tzset()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _refuse_the_network(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(_LOOPBACK):
            raise PermissionError(f"tests have no network: {host}")


_move_to_an_own_home()
sys.addaudithook(_refuse_the_network)
settings.register_profile("house", deadline=None)  # a busy machine is not a bug
settings.load_profile("house")


def pytest_report_header() -> str:
    """The versions that matter when a test fails on one machine only."""
    server = "at " + ELSEWHERE if ELSEWHERE in os.environ else "from the wheel"
    return (
        f"houselights: Qt {qVersion()} {os.environ['QT_QPA_PLATFORM']}, "
        f"SQLite {pysqlite3.sqlite_version}, PostgreSQL {server}, {platform.platform()}"
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The largest files and functions, whenever everything was run."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        terminalreporter.section("largest")
        for line in shape.report():
            terminalreporter.write_line(line)


# --- threads ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_thread_left_running() -> Iterator[None]:
    """Whoever starts a worker ends it: a test that leaves one fails."""
    before = _workers()
    yield
    give_up = time.monotonic() + 2
    while (left := _workers() - before) and time.monotonic() < give_up:
        gc.collect()
        time.sleep(0.01)
    assert not left, f"threads left running: {sorted(name for _, name in left)}"


def _workers() -> set[tuple[int, str]]:
    """Python's threads; on Linux also the system's that bear a name of their own, as Qt's do."""
    found = {
        (thread.ident or 0, thread.name)
        for thread in threading.enumerate()
        if type(thread).__name__ != "_DummyThread"  # stays listed after its Qt thread has ended
    }
    return found | _named_system_threads()


def _named_system_threads() -> set[tuple[int, str]]:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return set()
    ours = (tasks / str(os.getpid()) / "comm").read_text().strip()
    found = set()
    for task in tasks.iterdir():
        try:
            name = (task / "comm").read_text().strip()
        except OSError:  # it has just ended
            continue
        if name != ours and not name.startswith(_SYSTEM_THREADS):
            found.add((int(task.name), name))
    return found


# --- databases --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real server: ours, or the one that HOUSELIGHTS_TEST_PG_URL names."""
    if url := os.environ.get(ELSEWHERE):
        server = Server(url)
        yield server
        server.close()
        return
    try:
        own = OwnServer()
    except PostgresMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    yield own
    own.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = _new_name()
    _migrate(postgres.create(name))
    yield name
    postgres.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty local database."""
    path = tmp_path / "houselights.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres: Server, postgres_template: str) -> Iterator[str]:
    """A migrated, empty shared database."""
    name = _new_name()
    yield postgres.create(name, template=postgres_template)
    postgres.drop(name)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def blank_postgresql_url(postgres: Server) -> Iterator[str]:
    """A shared database in which nothing was ever made."""
    name = _new_name()
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(params=BACKENDS)
def blank_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind in turn that no migration has seen."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'blank.db'}"
    return request.getfixturevalue("blank_postgresql_url")


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _new_name() -> str:
    return f"houselights_test_{uuid.uuid4().hex[:12]}"
