"""Secrets live in the system's keyring or nowhere: who is trusted, and what happens otherwise."""

import subprocess
import sys

import pytest
from keyring import errors
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from app.domain.errors import SecretsUnavailable
from app.gateways.secrets import ACCEPTED, SERVICE, KeyringSecrets
from tests.keyrings import Broken, InMemory, Locked, PlainFile, secrets_in


def refusal(backend, **options) -> str:
    with pytest.raises(SecretsUnavailable) as refused:
        KeyringSecrets(find=lambda: backend, **options).check()
    return refused.value.reason


def test_a_secret_is_kept_read_and_forgotten():
    backend = InMemory()
    secrets = secrets_in(backend)
    assert secrets.get("mail") is None
    secrets.set("mail", "hush")
    assert secrets.get("mail") == "hush"
    assert backend.kept == {(SERVICE, "mail"): "hush"}
    secrets.delete("mail")
    assert secrets.get("mail") is None
    secrets.delete("mail")  # nothing to forget is no trouble


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (fail.Keyring(), "none"),
        (null.Keyring(), "none"),
        (PlainFile(), "not_trusted"),
        (InMemory(), "not_trusted"),
    ],
    ids=("fail", "null", "plain file", "unknown"),
)
def test_what_is_no_real_keyring_is_refused(backend, reason):
    assert refusal(backend) == reason


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([InMemory(), InMemory()], ""),
        ([InMemory(), PlainFile()], "not_trusted"),
        ([PlainFile()], "not_trusted"),
        ([], "none"),
    ],
    ids=("all real", "one plain", "only plain", "empty"),
)
def test_a_chain_is_trusted_only_when_all_its_parts_are(monkeypatch, parts, reason):
    monkeypatch.setattr(ChainerBackend, "backends", parts)
    secrets = secrets_in(ChainerBackend())
    if not reason:
        secrets.check()
        return
    with pytest.raises(SecretsUnavailable, match=reason):
        secrets.check()


def test_a_name_that_merely_ends_like_a_real_one_is_refused():
    class Keyring(InMemory):
        priority = -1

    assert refusal(Keyring()) == "not_trusted"


@pytest.mark.parametrize("act", ["get", "set", "delete"])
def test_a_locked_keyring_says_so(act):
    secrets = secrets_in(Locked())
    arguments = ("mail", "hush") if act == "set" else ("mail",)
    with pytest.raises(SecretsUnavailable, match="locked"):
        getattr(secrets, act)(*arguments)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errors.NoKeyringError(), "none"),
        (errors.InitError("no bus"), "none"),
        (errors.PasswordSetError("no"), "failed"),
        (errors.KeyringError("?"), "failed"),
        (OSError("gone"), "failed"),
        (RuntimeError("bus"), "failed"),
    ],
)
def test_a_failing_keyring_is_said_in_our_own_words(error, reason):
    with pytest.raises(SecretsUnavailable) as refused:
        secrets_in(Broken(error)).set("mail", "hush")
    assert refused.value.reason == reason
    assert refused.value.__cause__ is error


@pytest.mark.skipif(sys.platform != "linux", reason="its libraries come with keyring on Linux only")
def test_what_the_secret_service_itself_raises_is_translated():
    from secretstorage.exceptions import ItemNotFoundException

    with pytest.raises(SecretsUnavailable, match="failed"):
        secrets_in(Broken(ItemNotFoundException("gone"))).get("mail")


def test_a_bug_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        secrets_in(Broken(ZeroDivisionError())).get("mail")


def test_every_accepted_back_end_exists_in_the_library():
    import importlib

    for name in ACCEPTED:
        module, _, kind = name.rpartition(".")
        assert hasattr(importlib.import_module(module), kind), name


def test_the_services_start_without_the_library():
    code = "import sys, app.bootstrap; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
