"""The way to a shared house on another computer: proven by its certificate, or not taken.

The wheel's server speaks no TLS, so a door before it does the handshake; libpq is the real one.
"""

import select
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme
from sqlalchemy.engine import make_url

from app.domain.errors import DatabaseUnavailable
from app.persistence.database import Database
from ui.errors import words

HOST = "box-office.example"
_ASKS_FOR_TLS = 8


@contextmanager
def tls_door(url, ca, *, host=HOST):
    """The port of a door that answers an SSLRequest with the certificate of `host`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(host).configure_cert(context)
    context.set_alpn_protocols(["postgresql"])
    door = socket.create_server(("127.0.0.1", 0))
    parsed = make_url(url)
    over = threading.Event()

    def serve():
        door.settimeout(0.05)
        while not over.is_set():
            try:
                client, _ = door.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(5)
                try:
                    client.recv(_ASKS_FOR_TLS)
                    client.sendall(b"S")
                    with context.wrap_socket(client, server_side=True) as protected:
                        _carry(protected, (parsed.host, parsed.port), over)
                except OSError:  # the client did not like the certificate
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        over.set()
        thread.join()
        door.close()


def _carry(client, server_address, over):
    with socket.create_connection(server_address) as server:
        while not over.is_set():
            ready = (
                [client] if client.pending() else select.select([client, server], [], [], 0.05)[0]
            )
            for end in ready:
                data = end.recv(1 << 16)
                if not data:
                    return
                (server if end is client else client).sendall(data)


@pytest.fixture
def authority(tmp_path):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "root.crt"))
    return ca, str(tmp_path / "root.crt")


def far(url, port, **query):
    """The same house, named as another computer; the address keeps it on this one."""
    away = make_url(url).set(host=HOST, port=port)
    away = away.update_query_dict({"hostaddr": "127.0.0.1"} | query)
    return away.render_as_string(hide_password=False)


def opens(url):
    database = Database(url)
    try:
        return database.revision()
    finally:
        database.close()


def refusal(url):
    database = Database(url)
    try:
        with pytest.raises(DatabaseUnavailable) as refused:
            database.upgrade()
    finally:
        database.close()
    return refused.value.reason


def test_a_server_that_proves_who_it_is_is_let_in(postgresql_url, authority):
    ca, root = authority
    with tls_door(postgresql_url, ca) as port:
        assert opens(far(postgresql_url, port, sslrootcert=root))


def test_a_certificate_of_somebody_else_is_refused(postgresql_url, authority, tmp_path):
    _, root = authority
    with tls_door(postgresql_url, trustme.CA()) as port:
        assert refusal(far(postgresql_url, port, sslrootcert=root)) == "certificate"


def test_a_certificate_for_another_name_is_refused(postgresql_url, authority):
    ca, root = authority
    with tls_door(postgresql_url, ca, host="other.example") as port:
        assert refusal(far(postgresql_url, port, sslrootcert=root)) == "certificate"


def test_a_server_without_protection_is_refused(postgresql_url, authority):
    port = make_url(postgresql_url).port
    assert refusal(far(postgresql_url, port, sslrootcert=authority[1])) == "no_tls"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_less_than_a_full_proof_is_not_asked_for(mode):
    with pytest.raises(DatabaseUnavailable) as refused:
        Database(f"postgresql://till@{HOST}/house?sslmode={mode}")
    assert refused.value.reason == "unprotected"
    assert "sslmode=verify-full" in words(refused.value)


def test_nothing_said_means_a_full_proof():
    database = Database(f"postgresql://till@{HOST}/house")
    assert database.url.query == {"sslmode": "verify-full", "sslrootcert": "system"}
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://till@127.0.0.1/house",
        "postgresql://till@localhost/house",
        "postgresql://till@[::1]/house",
        "postgresql:///house",
        "postgresql:///house?host=/run/postgresql",
    ],
)
def test_this_computer_needs_none(url):
    database = Database(url)
    assert "sslmode" not in database.url.query
    database.close()


@pytest.mark.parametrize(
    "more", ["hostaddr=10.0.0.1", "host=10.0.0.1,127.0.0.1", "service=somewhere"]
)
def test_an_address_beside_the_host_counts_too(more):
    with pytest.raises(DatabaseUnavailable):
        Database(f"postgresql://till@localhost/house?sslmode=prefer&{more}")
