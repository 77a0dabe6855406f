"""The sub-commands there are, handed to the parser of `ui.main`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from app.cli.bringing import add_imports
from app.cli.keeping import add_keeping
from app.cli.proving import add_proofs
from app.cli.running import database_of
from app.cli.selling import add_sell
from app.cli.shared import add_shared
from app.demo.furnish import describe, furnish


def add_commands(commands: Any) -> None:
    """Add all of them to an argparse sub-parser collection."""
    add_imports(commands)
    demo = commands.add_parser("demo", help="furnish an empty database as a demo theatre")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--tickets", type=int, metavar="N", help="default: about ten thousand")
    demo.add_argument("--json", action="store_true")
    demo.set_defaults(run=furnish_demo)
    add_sell(commands.add_parser("sell", help="sell tickets without a window"))
    add_proofs(commands)
    add_keeping(commands)
    add_shared(commands.add_parser("shared", help="a house that several stations share"))


def furnish_demo(arguments: argparse.Namespace) -> int:
    """`houselights demo`: furnish the database, which must be empty; NotEmpty."""
    document = describe(
        furnish(database_of(arguments), seed=arguments.seed, tickets=arguments.tickets)
    )
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
        return 0
    for name in "events performances customers bookings tickets".split():
        print(f"{document[name]:>12,}  {name}")
    for login in document["logins"]:
        print(f"{login['role']:>12}  {login['email']}  password {document['password']}")
    return 0
