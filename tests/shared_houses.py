"""A shared house with its logins, made on the tests' PostgreSQL and taken away with its roles."""

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.bootstrap import build, init_shared
from app.config import Settings
from app.domain.shared_house import Right
from app.gateways.passwords import Argon2Passwords
from app.persistence.rights import Roles
from tests.builders import Theatre, theatre

LOGINS = {
    "T1": (Right.STATION,),
    "T2": (Right.STATION,),
    "M1": (Right.STATION, Right.ORGANIZER),
    "O1": (Right.ORGANIZER,),
    "A1": (Right.ANALYST,),
}


@dataclass
class SharedTheatre:
    """The theatre as its owner sees it, and the connection of each login."""

    owner: Theatre
    url: str
    connections: dict[str, str]
    opened: list = field(default_factory=list)

    def at(self, code: str, **options):
        """The program at this station, under its own login."""
        services = build(
            Settings(self.connections[code]),
            passwords=Argon2Passwords(memory_kib=8, rounds=1),
            **options,
        )
        self.opened.append(services)
        return services

    def raw(self, code: str = ""):
        """A plain connection as this login, or as the owner."""
        return psycopg.connect(plain(self.connections[code] if code else self.url), autocommit=True)

    def station_id(self, code: str) -> str:
        with self.raw() as owner:
            return owner.execute("SELECT id FROM stations WHERE code = %s", [code]).fetchone()[0]

    def close(self) -> None:
        for services in self.opened:
            services.close()
        self.owner.services.close()


def plain(url: str) -> str:
    """As psycopg takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def drop_roles(url: str) -> None:
    """Take the house's roles off the server, which they would outlive it on."""
    prefix = Roles(make_url(url).database).prefix
    with psycopg.connect(plain(url), autocommit=True) as boss:
        names = boss.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{prefix}_"]
        ).fetchall()
        for (name,) in names:
            boss.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [name]
            )
            boss.execute(f"DROP OWNED BY {name}")
            boss.execute(f"DROP ROLE {name}")


def require_roles(url: str) -> None:
    """Skip where the tests' server lets us make no roles."""
    name = f"try_{secrets.token_hex(4)}"
    with psycopg.connect(plain(url), autocommit=True) as boss:
        try:
            boss.execute(f"CREATE ROLE {name}")
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("this server lets us make no users")
        boss.execute(f"DROP ROLE {name}")


@contextmanager
def shared_theatre(url: str, *, logins=LOGINS):
    """A furnished theatre, ready for stations and with these enrolled."""
    require_roles(url)
    init_shared(url)
    house = theatre(url)
    made = SharedTheatre(house, url, {})
    for code, rights in logins.items():
        enrolled = house.services.shared.enrol(code, rights=rights, by=house.admin)
        made.connections[code] = enrolled.connection
    try:
        yield made
    finally:
        made.close()
        drop_roles(url)
