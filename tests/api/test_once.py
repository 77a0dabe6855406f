"""A request is done once, however often it is sent, and a seat is sold once, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.domain.access import TAKEN_FOR
from app.domain.bookings import BookingFilter
from app.domain.users import Role
from app.services.access import AccessService
from tests.api.site import Site

CARD = {"payment": {"tender": "card"}}


def at_once(*asks):
    """The answers to requests that are sent in the same moment."""
    ready = Barrier(len(asks))

    def send(ask):
        ready.wait()
        return ask()

    with ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(send, asks))


def bookings(site: Site) -> int:
    return site.services.bookings.count(BookingFilter(), by=site.theatre.admin)


def test_the_same_request_again_is_answered_as_before(site: Site):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    first, again = site.book(nora, "A-1", **CARD), site.book(nora, "A-1", **CARD)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert bookings(site) == 1


def test_another_request_with_the_same_key_is_refused(site: Site):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    site.book(nora, "A-1", **CARD)
    other = site.book(nora, "A-2", **CARD)
    assert (other.status_code, other.json()["type"]) == (409, "urn:houselights:problem:conflict")
    assert bookings(site) == 1


def test_keys_of_two_people_do_not_meet(site: Site):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    otto = site.pass_of(site.customer("Otto"), **{"Idempotency-Key": "one"})
    assert site.book(nora, "A-1", **CARD).status_code == 201
    assert site.book(otto, "A-2", **CARD).status_code == 201
    assert bookings(site) == 2


def test_what_was_refused_may_be_tried_again_with_its_key(site: Site):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    otto = site.pass_of(site.customer("Otto"))
    hold = {"performanceId": site.performance_id, "seats": ["A-1"]}
    held = site.client.post("/holds", json=hold, headers=otto).json()["id"]
    assert site.book(nora, "A-1").status_code == 409
    site.client.delete(f"/holds/{held}", headers=otto)
    assert site.book(nora, "A-1").status_code == 201


@pytest.mark.parametrize("more", [CARD, {}], ids=["sold", "reserved"])
def test_the_same_request_twice_in_one_moment_is_one_sale(site: Site, more):
    by = site.customer()
    nora = site.pass_of(by, **{"Idempotency-Key": "one"})
    answers = at_once(*[lambda: site.book(nora, "A-1", **more)] * 4)
    assert {answer.status_code for answer in answers} <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "urn:houselights:problem:request-in-hand"
            assert answer.headers["retry-after"] == "1"
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    assert bookings(site) == 1
    assert site.book(nora, "A-1", **more).status_code == 201
    assert bookings(site) == 1


def test_two_after_one_seat_in_one_moment_and_one_has_it(site: Site):
    people = [site.pass_of(site.customer(name)) for name in ("Nora", "Otto", "Pia", "Quin")]
    for label in ("A-1", "A-2", "B-5"):
        answers = at_once(
            *[lambda who=who, label=label: site.book(who, label, **CARD) for who in people]
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert {one["type"] for one in lost} == {"urn:houselights:problem:seat-taken"}
    assert bookings(site) == 3
    assert site.services.cards.unresolved(by=site.theatre.cashier) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"seatNumber": "A-1", **CARD},
        {"seatNumber": "A-1"},
        {"quantity": 2, **CARD},
    ],
    ids=["paid", "reserved", "standing"],
)
def test_who_dies_between_the_sale_and_the_answer_has_sold_once(site: Site, monkeypatch, body):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    body = {"performanceId": site.performance_id, **body}

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("the power goes")

    with monkeypatch.context() as dark:
        dark.setattr(AccessService, "answered", die)
        assert site.client.post("/tickets", json=body, headers=nora).status_code == 500
    assert bookings(site) == 1
    soon = site.client.post("/tickets", json=body, headers=nora)
    assert soon.json()["type"] == "urn:houselights:problem:request-in-hand"
    site.clock.pass_by(seconds=TAKEN_FOR.total_seconds())
    later = site.client.post("/tickets", json=body, headers=nora)
    assert later.status_code == 201
    assert bookings(site) == 1
    kept = site.services.tickets.claims(site.performance_id, range(1, 61), by=site.theatre.cashier)
    assert len(kept) == len(later.json()["tickets"])


def test_a_payment_is_taken_once(site: Site):
    nora = site.pass_of(site.customer())
    booking = site.book(nora, "A-1").json()
    body = {"bookingId": booking["id"], "amount": 4000, "tender": "card"}
    keyed = {**nora, "Idempotency-Key": "pay"}
    answers = at_once(*[lambda: site.client.post("/payments", json=body, headers=keyed)] * 3)
    assert {answer.status_code for answer in answers} <= {201, 409}
    shown = site.client.get(f"/payments/ticket/{booking['tickets'][0]['id']}", headers=nora).json()
    assert [line["amount"] for line in shown["items"]] == [4000]
    assert site.services.cards.unresolved(by=site.theatre.cashier) == ()


def test_an_event_is_made_once_and_a_message_told_once(site: Site):
    boss = site.pass_of(site.staff(Role.MANAGER), **{"Idempotency-Key": "e"})
    body = {"title": "The Lighthouse", "category": "Drama"}
    first = site.client.post("/events", json=body, headers=boss).json()
    assert site.client.post("/events", json=body, headers=boss).json() == first
    nora = site.customer()
    message = {"userId": nora.user_id, "subject": "Hello", "content": "A word."}
    keyed = {**boss, "Idempotency-Key": "m"}
    for _ in range(2):
        assert site.client.post("/notifications", json=message, headers=keyed).json()["told"] == 1
    told = site.services.notifications.of_user(nora.user_id, by=site.theatre.admin)
    assert len(told) == 1


def test_old_answers_are_forgotten_and_fresh_ones_kept(site: Site):
    nora = site.pass_of(site.customer(), **{"Idempotency-Key": "one"})
    site.book(nora, "A-1")
    admin = site.theatre.admin
    site.services.upkeep.tidy(by=admin)
    assert site.book(nora, "A-1").headers["idempotent-replayed"] == "true"
    site.clock.pass_by(days=2)
    site.services.upkeep.tidy(by=admin)
    with site.services.database.engine.connect() as connection:
        for table in ("request_keys", "access_tokens"):
            (left,) = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").one()
            assert left == 0


@pytest.mark.parametrize("key", ["", "x" * 101, "two words", "ü"])
def test_what_cannot_be_a_key(local_site: Site, key: str):
    nora = local_site.pass_of(local_site.customer())
    refused = local_site.book({**nora, "Idempotency-Key": key.encode("latin-1")}, "A-1")
    assert refused.status_code == 422
