"""`houselights shared`: a database that several stations share, and which of them may come in."""

from __future__ import annotations

import argparse
import json

from app.bootstrap import Services, init_shared, keep_connection
from app.cli.running import run
from app.domain.shared_house import Enrolment, Right


def add_shared(shared: argparse.ArgumentParser) -> None:
    """`shared init`, `enrol`, `revoke`, `list`."""
    what = shared.add_subparsers(dest="what", required=True, metavar="WHAT")
    init = what.add_parser(
        "init",
        help="make a shared house ready; again after each upgrade",
        description="URL is the login of whoever looks after the server: it makes databases and roles.",
    )
    init.add_argument("url", metavar="URL")
    init.add_argument("--name", metavar="DATABASE", default="", help="default: the one URL names")
    init.set_defaults(run=make_ready)

    enrol = what.add_parser("enrol", help="give a station a login of its own, or a new password")
    enrol.add_argument("code", metavar="CODE")
    enrol.add_argument(
        "--right",
        action="append",
        choices=[right.value for right in Right],
        help="may stand several times; default: station",
    )
    enrol.add_argument("--name", default="", metavar="TEXT")
    enrol.add_argument(
        "--keep", action="store_true", help="keep the password in this computer's keyring"
    )
    enrol.add_argument("--json", action="store_true")
    enrol.set_defaults(run=run, command=enrol_station)

    revoke = what.add_parser("revoke", help="let a station's login in no more")
    revoke.add_argument("code", metavar="CODE")
    revoke.set_defaults(run=run, command=revoke_station)

    listed = what.add_parser("list", help="the stations, and what their logins may do")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run, command=list_stations)


def make_ready(arguments: argparse.Namespace) -> int:
    """`houselights shared init URL`."""
    where = init_shared(arguments.url, database=arguments.name)
    print(f"{where} is ready: enrol its stations with houselights shared enrol CODE")
    return 0


def enrol_station(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights shared enrol CODE`: the connection is printed once and kept nowhere, or with --keep in
    the keyring."""
    by = services.users.command_line(services.station)
    if arguments.keep:
        services.secrets.check()  # before there is a password that nobody would ever see
    rights = [Right(right) for right in arguments.right or [Right.STATION]]
    made = services.shared.enrol(arguments.code, name=arguments.name, rights=rights, by=by)
    connection = made.connection
    if arguments.keep:
        connection = keep_connection(connection, secrets=services.secrets)
    if arguments.json:
        print(json.dumps(_document(made.enrolment) | {"connection": connection}))
        return 0
    print(connection)
    if not arguments.keep:
        print("Shown this once: paste it into the station's wizard, or enrol the station again.")
    return 0


def revoke_station(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights shared revoke CODE`."""
    by = services.users.command_line(services.station)
    revoked = services.shared.revoke(arguments.code, by=by)
    print(f"{revoked.code} comes in no more")
    return 0


def list_stations(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights shared list`."""
    found = services.shared.enrolments(by=services.users.command_line(services.station))
    if arguments.json:
        print(json.dumps([_document(one) for one in found]))
        return 0
    for one in found:
        state = "enrolled" if one.active else "revoked" if one.login else "no login"
        print(f"{one.code:20} {state:9} {' '.join(one.rights):20} {one.name}")
    return 0


def _document(one: Enrolment) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "login": one.login,
        "rights": list(one.rights),
        "enrolled_at": one.enrolled_at and one.enrolled_at.isoformat(),
        "revoked_at": one.revoked_at and one.revoked_at.isoformat(),
    }
