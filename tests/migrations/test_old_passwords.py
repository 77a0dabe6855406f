"""Whoever chose a password before the shared house comes in with it afterwards, on either database."""

from argon2 import PasswordHasher

from app.bootstrap import build
from app.config import Settings
from app.gateways.passwords import Argon2Passwords
from app.persistence.database import Database
from tests.migrations.test_migrations import _migrate

_OLD = "20261124_the_counter"
_PERSON = (
    "INSERT INTO users (id, name, email, email_key, role, password, code_verifier, code_until, created_at)"
    " VALUES ('{0}', '{0}', '{0}@example.org', '{0}@example.org', 'cashier', '{1}', {2},"
    " 9000000000000000, 0)"
)


def test_old_passwords_and_codes_still_fit_and_are_no_longer_kept_as_they_were(blank_database_url):
    from alembic.script import ScriptDirectory

    import migrations

    script = ScriptDirectory(migrations.__path__[0])
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kept = hasher.hash("curtain up")
    database = Database(blank_database_url)
    _migrate(database, lambda at, _: script._upgrade_revs(_OLD, at))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(_PERSON.format("ada", kept, "NULL"))
        connection.exec_driver_sql(_PERSON.format("new", "!", f"'{hasher.hash('ABCDEF')}'"))
    database.close()
    passwords = Argon2Passwords(memory_kib=8, rounds=1)
    services = build(Settings(blank_database_url), passwords=passwords)
    at = services.station
    assert services.users.log_in("ada@example.org", password="curtain up", station=at).name == "ada"
    came = services.accounts.use_code(
        "new@example.org", code="abc-def", password="words of mine", station=at
    )
    assert came.name == "new"
    with services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT password FROM users WHERE name = 'ada'").all()
    ((now,),) = rows
    assert now.rpartition("$")[0] == kept.rpartition("$")[0]
    assert kept.rpartition("$")[2] not in now
    services.close()
