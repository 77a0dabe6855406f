"""What the tests of whole copies stand on: a house with something in every corner, and every row of it."""

from pathlib import Path

from app.bootstrap import build
from app.config import Settings
from app.demo.furnish import furnish
from app.domain.posters import Poster
from app.domain.values import new_id
from app.persistence.database import Database
from app.persistence.house_figures import carried, rows_of
from app.persistence.unit_of_work import SqlUnitOfWork


def quietly(share, step):
    """Nobody watches."""


def season(path: Path) -> str:
    """A small season of the demo theatre in a file, a poster with every byte included; its URL."""
    url = f"sqlite:///{path}"
    furnish(url, tickets=250)
    services = build(Settings(url, station="T1"))
    work = SqlUnitOfWork(services.database, bus=services.bus)
    picture = bytes(range(256)) * 40
    work.write(lambda one: one.posters.add(Poster(f"{new_id()}.png", "image/png", picture)))
    services.close()
    return url


def rows(url: str) -> dict[str, list[str]]:
    """Every row of every table that belongs to a house, in an order that both databases share."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(rows_of(table)))
                for table in carried()
            }
    finally:
        database.close()


def first_on_sale(services, by):
    """A performance with seats to sell, and a price type."""
    lines = services.events.programme(by=by)
    line = next(one for one in lines if one.seated and one.free > 60)
    return line.performance_id, services.events.price_types(by=by)[0].id


def count(url: str, table: str) -> int:
    """How many rows a table has."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    finally:
        database.close()


def columns_numbered_by_the_database():
    """Those whose values only a sequence knows."""
    return [
        f"{table.name}.{column.name}"
        for table in carried()
        for column in [table.autoincrement_column]
        if column is not None
    ]
