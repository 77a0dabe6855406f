"""What every command stands on: the database it opens, who acts, amounts as text.

Nothing in these commands prints an error: it leaves as an exception, and `ui.main` has the words. Results
go to stdout; with `--json` they are one JSON document, amounts in minor units of `currency`.
"""

from __future__ import annotations

import argparse

from app.bootstrap import Services, build
from app.config import Settings, demo_database, house_database
from app.domain.users import Operator
from app.domain.values import Money, exponent

BY_COMMAND = "CLI"  # the station of commands, where no other is named


def run(arguments: argparse.Namespace) -> int:
    """Open the database and run the chosen command; its exit status. Raises HouselightsError."""
    services = build(
        Settings(database_of(arguments), station=arguments.station or "", usual_station=BY_COMMAND)
    )
    try:
        status: int = arguments.command(services, arguments)
    finally:
        services.close()
    return status


def database_of(arguments: argparse.Namespace) -> str:
    """The URL of the database that the command is about."""
    chosen: str = demo_database() if arguments.demo else arguments.database or house_database()
    return chosen


def operator(services: Services, email: str | None) -> Operator:
    """Who acts: the command line itself, unless somebody is named; WrongCredentials."""
    if email is None:
        return services.users.command_line(services.station)
    return services.users.operator_for(email, station=services.station)


def decimal(amount: Money) -> str:
    """An amount with the decimals of its currency."""
    places = exponent(amount.currency)
    return f"{amount.minor / 10**places:.{places}f}"
