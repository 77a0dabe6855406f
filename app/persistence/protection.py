"""The way to a shared database: protected and proven (TLS, `verify-full`) to any other computer.

Without that, whoever sits between reads the customers, and can play the server that asks for the password.
libpq's own default (`prefer`) gives way to both without a word.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

from sqlalchemy.engine import URL

from app.domain.errors import DatabaseUnavailable

_ENOUGH = "verify-full"


def protected(url: URL) -> URL:
    """The same address, demanding what it does not say; DatabaseUnavailable when it says less. Who vouches
    for the server is a file (`sslrootcert=FILE`, or libpq's own place for one), else the system."""
    if all(_is_here(host) for host in _hosts(url)):
        return url
    mode = _one(url, "sslmode") or os.environ.get("PGSSLMODE", _ENOUGH)
    if mode != _ENOUGH:
        raise DatabaseUnavailable("unprotected", url.host or "")
    wanted = {"sslmode": _ENOUGH}
    if not _one(url, "sslrootcert") and not _has_own_root():
        wanted["sslrootcert"] = "system"
    return url.update_query_dict(wanted)


def _hosts(url: URL) -> list[str]:
    """Every computer it may lead to. A service file may name any."""
    named = [url.host or "", _one(url, "host"), _one(url, "hostaddr")]
    if not any(named):
        named = [os.environ.get("PGHOSTADDR", ""), os.environ.get("PGHOST", "")]
    if _one(url, "service") or os.environ.get("PGSERVICE"):
        named.append("service")
    return [part.strip() for text in named if text for part in text.split(",")]


def _one(url: URL, name: str) -> str:
    given = url.query.get(name, "")
    return given if isinstance(given, str) else ",".join(given)


def _is_here(host: str) -> bool:
    """Whether it is this computer: a socket's folder, or a loopback address."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _has_own_root() -> bool:
    return "PGSSLROOTCERT" in os.environ or (Path.home() / ".postgresql" / "root.crt").is_file()
