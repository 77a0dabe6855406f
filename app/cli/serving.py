"""`houselights serve`: the endpoints over HTTP until it is interrupted, on this computer unless told."""

from __future__ import annotations

import argparse
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Mapping

import uvicorn

from app.api.application import create
from app.api.problems import Speech
from app.bootstrap import build
from app.cli.running import database_of
from app.config import Settings, card_terminal
from app.domain.errors import AddressUnusable, HouselightsError

_STATION = "WEB"
_WAITING = 512  # connections that nobody took yet


def serve(
    arguments: argparse.Namespace,
    *,
    words: Callable[[HouselightsError], str],
    field_words: Callable[[Mapping[str, str]], dict[str, str]],
) -> int:
    """Open the house and serve it. Raises Unavailable, AddressUnusable."""
    listening = _listening(arguments.host, arguments.port)
    terminal = "simulator" if arguments.demo else card_terminal()
    settings = Settings(
        database_of(arguments),
        station=arguments.station or "",
        usual_station=_STATION,
        terminal=terminal,
    )
    services = build(settings)
    try:
        config = uvicorn.Config(
            create(services, Speech(words, field_words)),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        _announce(arguments.host, listening)
        # uvicorn has its own handler while it serves; afterwards the house is to be closed in peace
        signal.signal(signal.SIGTERM, _pass_over)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        services.close()
        listening.close()
    return 0


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=_WAITING)
    except (OSError, OverflowError):
        raise AddressUnusable(host, port) from None
    # inherited by every connection: without it, half of each answer waits 40 ms for the other (measured)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _announce(host: str, listening: socket.socket) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"serving http://{shown}:{listening.getsockname()[1]}", flush=True)
    if not is_loopback(host):
        print(
            f"houselights: WARNING: {host} is reached from other computers, and passwords and tokens"
            " travel unprotected. Serve 127.0.0.1 and put a proxy with TLS before it.",
            file=sys.stderr,
            flush=True,
        )


def _pass_over(*_: object) -> None:
    """The server has ended already."""
