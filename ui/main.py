"""The `houselights` command: sub-commands go to `app.cli`, none opens the window.

Imports neither a window nor the services by itself: a sale from a script does not pay for the one, nor the
first paint for the others.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app import __version__
from app.domain.errors import HouselightsError
from ui.errors import field_words, words


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or failed, 2 wrong usage."""
    arguments = _parsed(argv)
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except HouselightsError as error:
        print(f"houselights: {words(error)}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The commands bring every service along, so they are only asked when one was named."""
    arguments, more = _options().parse_known_args(argv)
    return _parser().parse_args(argv) if more else arguments


def _options() -> argparse.ArgumentParser:
    """What stands before a command, and opens the window where none follows."""
    parser = argparse.ArgumentParser(prog="houselights", add_help=False, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"Houselights {__version__}")
    parser.add_argument("--database", metavar="URL", help="default: the house's own local file")
    parser.add_argument("--station", metavar="CODE", help="which workstation this is")
    parser.add_argument("--demo", action="store_true", help="open the furnished demo theatre")
    parser.add_argument("--theme", choices=("light", "dark"), help="house lights up or down")
    parser.set_defaults(run=open_window)
    return parser


def _parser() -> argparse.ArgumentParser:
    from app.cli.commands import add_commands  # noqa: PLC0415 - slow: every service
    from app.cli.running import run as run_command  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="houselights",
        description="The desktop box office. Without a command: the window.",
        parents=[_options()],
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_commands(commands)
    deliver = commands.add_parser("deliver", help="send the e-mails that are owed")
    deliver.add_argument("--once", action="store_true", help="what is due now, then leave")
    deliver.add_argument("--json", action="store_true")
    deliver.set_defaults(run=run_command, command=deliver_mail)
    serve = commands.add_parser("serve", help="the endpoints over HTTP, on this computer")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    serve.add_argument("--port", type=int, default=8137, metavar="N", help="0 takes a free one")
    serve.set_defaults(run=serve_http)
    gallery = commands.add_parser("gallery", help="draw every screen to PNG files")
    gallery.add_argument("directory", type=Path)
    gallery.add_argument("--theme", choices=("light", "dark"))
    gallery.add_argument("--only", metavar="SCREEN")
    gallery.set_defaults(run=draw_gallery)
    bench = commands.add_parser("bench", help="measure, and compare with the budgets")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(run=run_bench)
    return parser


def open_window(arguments: argparse.Namespace) -> int:
    """The application itself."""
    # Hardly anything that is imported is garbage: looking for it costs a tenth of the start (measured).
    gc.disable()
    from ui.opening import run  # noqa: PLC0415 - brings Qt, which no other command needs

    return run(arguments)


def deliver_mail(services: Any, arguments: argparse.Namespace) -> int:
    """`houselights deliver`: needs Qt, because a mailed ticket is drawn by the printed one's painter."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui import theme  # noqa: PLC0415 - see open_window
    from ui.notifications.command import deliver  # noqa: PLC0415

    theme.make_application("light")
    return deliver(services, arguments)


def serve_http(arguments: argparse.Namespace) -> int:
    """`houselights serve`: an optional extra, which no other command pays for."""
    try:
        from app.cli.serving import serve  # noqa: PLC0415 - see above
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"fastapi", "uvicorn"}:
            raise
        print(
            'houselights: serving needs the extra "api": install houselights[api]', file=sys.stderr
        )
        return 1
    return serve(arguments, words=words, field_words=field_words)


def draw_gallery(arguments: argparse.Namespace) -> int:
    """`houselights gallery DIR`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui import rooms, theme  # noqa: PLC0415 - see open_window

    theme.make_application("light")
    themes = (arguments.theme,) if arguments.theme else theme.NAMES
    print(f"{rooms.draw(arguments.directory, themes=themes, only=arguments.only or '')} pictures")
    return 0


def run_bench(arguments: argparse.Namespace) -> int:
    """`houselights bench [NAME …]`."""
    from ui.bench.command import run  # noqa: PLC0415 - see open_window

    return run(arguments)
