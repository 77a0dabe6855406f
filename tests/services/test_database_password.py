"""A shared database's password: in the keyring or asked for, never in a file."""

import secrets

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.bootstrap import build, can_keep_passwords, given_password, keep_password, wants_password
from app.config import Settings
from app.domain.errors import DatabaseUnavailable, SecretsUnavailable
from app.gateways.passwords import Argon2Passwords


class Keyring:
    """The `Secrets` port in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def check(self) -> None: ...

    def get(self, name):
        return self.kept.get(name)

    def set(self, name, value):
        self.kept[name] = value

    def delete(self, name):
        self.kept.pop(name, None)


class NoKeyring(Keyring):
    def check(self):
        raise SecretsUnavailable("none")

    def get(self, name):
        raise SecretsUnavailable("none")


@pytest.fixture
def guarded(blank_postgresql_url: str, monkeypatch):
    """Settings without a password, and the password, of a user whom the server asks for one."""
    url = make_url(blank_postgresql_url)
    name, password = f"till_{secrets.token_hex(4)}", secrets.token_hex(8)
    boss_url = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(boss_url, autocommit=True) as boss:
        boss.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        boss.execute(f"GRANT ALL ON SCHEMA public TO {name}")
    wrong = url.set(drivername="postgresql", username=name, password="wrong")
    try:
        psycopg.connect(wrong.render_as_string(hide_password=False)).close()
    except psycopg.OperationalError:
        pass
    else:
        pytest.skip("this server asks nobody for a password")
    yield Settings(url.set(username=name, password=None).render_as_string()), password
    with psycopg.connect(boss_url, autocommit=True) as boss:
        boss.execute(f"DROP OWNED BY {name}")
        boss.execute(f"DROP ROLE {name}")


def opened(settings: Settings, keyring: Keyring) -> None:
    build(settings, passwords=Argon2Passwords(memory_kib=8, rounds=1), secrets=keyring).close()


def test_a_local_file_and_a_url_with_its_password_ask_for_nothing():
    assert not wants_password(Settings("sqlite:///a.db"))
    assert not wants_password(Settings("postgresql://till:secret@host/house"))
    assert not wants_password(Settings("postgresql://host/house"))
    asking = Settings("postgresql://till@host/house")
    assert wants_password(asking)
    assert not wants_password(given_password(asking, "p@ss:word/"))


def test_the_keyring_opens_what_it_was_given_for(guarded):
    settings, password = guarded
    keyring = Keyring()
    with pytest.raises(DatabaseUnavailable) as refusal:
        opened(settings, keyring)
    assert refusal.value.reason == "refused"
    keep_password(settings.database, password, secrets=keyring)
    assert list(keyring.kept.values()) == [password]
    opened(settings, keyring)


def test_what_was_typed_opens_without_any_keyring(guarded):
    settings, password = guarded
    nothing = NoKeyring()
    assert not can_keep_passwords(secrets=nothing)
    with pytest.raises(DatabaseUnavailable):
        opened(given_password(settings, "wrong"), nothing)
    opened(given_password(settings, password), nothing)
