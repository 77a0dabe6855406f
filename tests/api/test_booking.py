"""Booking over HTTP, from looking at the house to coming in at the door."""

from datetime import timedelta

import pytest

from app.domain.tickets import MOST_RESERVED, OWN_RESERVATION
from app.domain.users import Role
from tests.api.site import Site, soon
from tests.services.stage import entry, full_prices


def seats(site: Site, headers) -> dict[str, str]:
    house = site.client.get(f"/performances/{site.performance_id}/seats", headers=headers).json()
    return {seat["seatNumber"]: seat["status"] for seat in house["seats"]}


def test_a_customer_sees_holds_books_pays_and_comes_in(site: Site):
    nora, door = site.pass_of(site.customer()), site.pass_of(site.theatre.cashier)
    performance = {"performanceId": site.performance_id}
    best = site.client.post(
        f"/performances/{site.performance_id}/best-available", json={"count": 2}, headers=nora
    ).json()["items"][0]["seats"]
    hold = site.client.post("/holds", json={**performance, "seats": best}, headers=nora)
    assert hold.status_code == 201
    assert {seats(site, nora)[seat] for seat in best} == {"held"}

    booked = site.client.post("/tickets", json={"hold": hold.json()["id"]}, headers=nora)
    assert booked.status_code == 201
    booking = booked.json()
    assert booking["status"] == "reserved"
    assert {ticket["seatNumber"] for ticket in booking["tickets"]} == set(best)
    assert {ticket["code"] for ticket in booking["tickets"]} == {None}
    assert {seats(site, nora)[seat] for seat in best} == {"reserved"}

    paid = site.client.post(
        "/payments",
        json={
            "ticketId": booking["tickets"][0]["id"],
            "amount": booking["due"],
            "tender": "voucher",
            "transactionId": site.voucher(),
        },
        headers=nora,
    )
    assert paid.status_code == 201
    assert paid.json()["status"] == "paid"
    code = paid.json()["tickets"][0]["code"]
    for expected in ("admitted", "already_in"):
        scan = site.client.post("/check-ins", json={"code": code}, headers=door)
        assert scan.json()["result"] == expected
    assert site.services.payments.check(by=site.theatre.admin)


def test_a_sale_paid_at_once(site: Site):
    nora = site.customer()
    means = {"tender": "card"}
    made = site.book(site.pass_of(nora), "A-1", "A-2", payment=means, priceType="Child").json()
    assert (made["status"], made["total"], made["due"]) == ("paid", 4000, 0)
    assert made["userId"] == nora.user_id
    (payment,) = made["payments"]
    assert (payment["tender"], payment["amount"], payment["status"]) == ("card", 4000, "taken")
    assert payment["transactionId"]


def test_a_declined_card_leaves_the_seat_free(site: Site):
    theatre = site.theatre
    stored = site.services.prices.prices(site.performance_id, by=theatre.admin)
    prices = {**stored.amounts, (1, theatre.adult.id): 4001}  # the terminal declines such amounts
    site.services.prices.set_prices(
        site.performance_id, prices, version=stored.version, by=theatre.admin
    )
    nora = site.pass_of(site.customer())
    refused = site.book(nora, "A-1", payment={"tender": "card"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:houselights:problem:card-not-approved"
    assert seats(site, nora)["A-1"] == "free"


def test_a_card_is_given_back_when_the_seat_is_gone(site: Site):
    nora = site.pass_of(site.customer())
    site.services.tickets.sell(site.theatre.order("A-1"), by=site.theatre.cashier)
    refused = site.book(nora, "A-1", payment={"tender": "card"})
    assert refused.status_code == 409
    assert "A-1" in refused.json()["detail"]
    assert site.services.cards.unresolved(by=site.theatre.cashier) == ()


def test_paying_a_reservation_by_card(site: Site):
    nora = site.pass_of(site.customer())
    booking = site.book(nora, "A-1").json()
    body = {"bookingId": booking["id"], "amount": 4000, "tender": "card"}
    assert site.client.post("/payments", json=body, headers=nora).json()["status"] == "paid"
    again = site.client.post("/payments", json=body, headers=nora)
    assert again.status_code == 409
    assert site.services.cards.unresolved(by=site.theatre.cashier) == ()


@pytest.mark.parametrize(("amount", "kind"), [(3999, "not-enough-money"), (4001, "too-much-money")])
def test_a_payment_is_what_is_due(site: Site, amount: int, kind: str):
    desk = site.pass_of(site.theatre.cashier)
    booking = site.book(desk, "A-1").json()
    body = {"bookingId": booking["id"], "amount": amount, "tender": "slip", "transactionId": "7"}
    refused = site.client.post("/payments", json=body, headers=desk)
    assert (refused.status_code, refused.json()["type"]) == (409, f"urn:houselights:problem:{kind}")


def test_staff_take_slips_and_cash_for_a_customer(site: Site):
    nora, desk = site.customer(), site.pass_of(site.theatre.cashier)
    means = {"tender": "slip", "transactionId": "4711"}
    made = site.book(desk, "A-1", userId=nora.user_id, payment=means).json()
    assert made["payments"][0]["transactionId"] == "4711"
    assert made["tickets"][0]["userId"] == nora.user_id
    made = site.book(desk, "A-2", payment={"tender": "cash", "given": 5000}).json()
    assert made["payments"][0]["amount"] == 4000


@pytest.mark.parametrize("tender", ["cash", "slip"])
def test_customers_pay_by_card_or_voucher_only(site: Site, tender: str):
    nora = site.pass_of(site.customer())
    refused = site.book(nora, "A-1", payment={"tender": tender, "transactionId": "1"})
    assert refused.status_code == 403
    assert seats(site, nora)["A-1"] == "free"


def test_general_admission(site: Site):
    nora = site.pass_of(site.customer())
    body = {"performanceId": site.performance_id, "quantity": 3, "area": "standing"}
    made = site.client.post("/tickets", json=body, headers=nora).json()
    assert [ticket["seatNumber"] for ticket in made["tickets"]] == ["Standing"] * 3
    house = site.client.get(f"/performances/{site.performance_id}/seats", headers=nora).json()
    assert house["areas"] == [{"area": "Standing", "zone": "Zone 1", "capacity": 20, "free": 17}]
    other = site.pass_of(site.customer("Otto"))
    many = site.client.post("/tickets", json={**body, "quantity": 18}, headers=other)
    assert many.status_code == 409
    house = site.client.get(f"/performances/{site.performance_id}/seats", headers=nora).json()
    assert house["areas"][0]["free"] == 17


def test_an_event_with_one_performance_on_sale_is_enough(site: Site):
    nora = site.pass_of(site.customer())
    body = {"eventId": site.event_id, "seatNumber": "B-1"}
    assert site.client.post("/tickets", json=body, headers=nora).status_code == 201
    theatre = site.theatre
    site.services.schedule.add_performance(
        site.event_id, entry(theatre), prices=full_prices(theatre), by=theatre.admin
    )
    unclear = site.client.post("/tickets", json={**body, "seatNumber": "B-2"}, headers=nora)
    assert unclear.status_code == 422
    assert unclear.json()["errors"][0]["code"] == "several"
    nothing = {"eventId": site.event_id[:-4] + "ffff", "seatNumber": "B-2"}
    assert site.client.post("/tickets", json=nothing, headers=nora).status_code == 404


def test_a_hold_is_known_to_whoever_made_it_only(site: Site):
    nora, otto = site.pass_of(site.customer()), site.pass_of(site.customer("Otto"))
    body = {"performanceId": site.performance_id, "seats": ["C-1"]}
    hold = site.client.post("/holds", json=body, headers=nora).json()["id"]
    assert site.client.post("/tickets", json={"hold": hold}, headers=otto).status_code == 404
    assert site.client.delete(f"/holds/{hold}", headers=otto).status_code == 204
    assert seats(site, nora)["C-1"] == "held"
    assert site.book(otto, "C-1").status_code == 409
    assert site.client.delete(f"/holds/{hold}", headers=nora).status_code == 204
    assert seats(site, nora)["C-1"] == "free"


def test_holding_the_best_and_adding_to_a_hold(site: Site):
    nora = site.pass_of(site.customer())
    performance = {"performanceId": site.performance_id}
    first = site.client.post(
        "/holds", json={**performance, "best": {"count": 3, "zones": ["Zone 1"]}}, headers=nora
    ).json()
    more = {**performance, "quantity": 2, "hold": first["id"]}
    assert site.client.post("/holds", json=more, headers=nora).json()["seats"] == ["Standing"] * 2
    booked = site.client.post("/tickets", json={"hold": first["id"]}, headers=nora).json()
    assert len(booked["tickets"]) == 5


def test_the_price_that_was_told_counts(site: Site):
    nora = site.pass_of(site.customer())
    assert site.book(nora, "A-1", total=3999).status_code == 409
    assert site.book(nora, "A-1", total=4000).status_code == 201


def test_a_reservation_of_ones_own_is_short_and_of_a_party(site: Site):
    nora = site.pass_of(site.customer())
    made = site.book(nora, "A-1", until=soon(site, days=2)).json()
    latest = site.clock() + OWN_RESERVATION
    assert made["expiresAt"] == latest.isoformat().replace("+00:00", "Z")
    labels = [f"{row}-{n}" for row in "BC" for n in range(1, 11)]
    refused = site.book(nora, *labels[:MOST_RESERVED])
    assert refused.json()["type"] == "urn:houselights:problem:too-many-reserved"
    desk = site.pass_of(site.theatre.cashier)
    made = site.book(desk, "A-2", until=soon(site, days=2)).json()
    assert made["expiresAt"] == soon(site, days=2)


def test_a_reservation_ends_at_its_deadline(site: Site):
    nora = site.pass_of(site.customer())
    ticket = site.book(nora, "A-1").json()["tickets"][0]["id"]
    site.clock.pass_by(seconds=OWN_RESERVATION.total_seconds() + 1)
    site.services.bookings.expire(by=site.theatre.admin)
    shown = site.client.get(f"/tickets/{ticket}", headers=nora).json()
    assert (shown["status"], shown["expiresAt"]) == ("cancelled", None)


def test_customers_cancel_by_the_rules_of_the_event(site: Site):
    nora, code = site.pass_of(site.customer()), site.voucher(40)
    paid = {"tender": "voucher", "transactionId": code}
    ticket = site.book(nora, "A-1", payment=paid).json()["tickets"][0]["id"]
    gone = site.client.delete(f"/tickets/{ticket}", headers=nora)
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    money = site.client.get(f"/payments/ticket/{ticket}", headers=nora).json()["items"]
    assert [(line["amount"], line["status"]) for line in money] == [
        (-3900, "refunded"),
        (4000, "taken"),
    ]
    late = site.book(nora, "A-2", payment={"tender": "card"}).json()["tickets"][0]["id"]
    starts = site.theatre.performance.starts_at
    site.clock.now = starts - timedelta(hours=12)
    headers = site.pass_of(
        site.services.users.operator_for("nora@example.org", station=site.services.station)
    )
    refused = site.client.delete(f"/tickets/{late}", headers=headers)
    assert refused.json()["type"] == "urn:houselights:problem:own-cancel-refused"


def test_staff_cancel_with_a_reason(site: Site):
    nora, desk = site.pass_of(site.customer()), site.pass_of(site.theatre.cashier)
    booking = site.book(nora, "A-1", payment={"tender": "card"}).json()
    ticket = booking["tickets"][0]["id"]
    gone = site.client.delete(f"/tickets/{ticket}?reason=ill", headers=desk)
    assert gone.json()["status"] == "cancelled"
    history = site.services.bookings.history(booking["id"], by=site.theatre.admin)
    assert any(note.body.get("reason") == "ill" for note in history)


def test_other_peoples_things_are_not_there(site: Site):
    nora, otto = site.pass_of(site.customer()), site.pass_of(site.customer("Otto"))
    booking = site.book(nora, "A-1", payment={"tender": "card"}).json()
    ticket, user = booking["tickets"][0]["id"], booking["userId"]
    (told,) = site.client.get(f"/notifications/user/{user}?limit=1", headers=nora).json()["items"]
    for path in (
        f"/tickets/{ticket}",
        f"/payments/ticket/{ticket}",
        f"/analytics/ticket/{ticket}",
        f"/notifications/{told['id']}",
    ):
        assert site.client.get(path, headers=nora).status_code == 200
        assert site.client.get(path, headers=otto).status_code == 404
    for path in ("tickets", "payments", "notifications", "analytics"):
        assert site.client.get(f"/{path}/user/{user}", headers=otto).status_code == 403
    assert site.client.delete(f"/tickets/{ticket}", headers=otto).status_code == 404
    body = {"bookingId": booking["id"], "amount": 1, "tender": "card"}
    assert site.client.post("/payments", json=body, headers=otto).status_code == 404


def test_what_is_shown_of_a_user_and_an_event(site: Site):
    nora, boss = site.pass_of(site.customer()), site.pass_of(site.staff(Role.MANAGER))
    site.client.get(f"/events/{site.event_id}", headers=nora)
    booking = site.book(nora, "A-1", "A-2", payment={"tender": "card"}).json()
    user, ticket = booking["userId"], booking["tickets"][0]["id"]
    tickets = site.client.get(f"/tickets/user/{user}", headers=nora).json()["items"]
    assert {one["eventId"] for one in tickets} == {site.event_id}
    paid = site.client.get(f"/payments/user/{user}", headers=nora).json()["items"]
    assert [line["amount"] for line in paid] == [8000]
    told = site.client.get(f"/notifications/user/{user}", headers=nora).json()["items"]
    assert {one["readStatus"] for one in told} == {"unread"}
    one = site.client.get(f"/notifications/{told[0]['id']}", headers=nora).json()
    assert one["readStatus"] == "read"
    site.services.interactions.write()
    seen = site.client.get(f"/analytics/user/{user}", headers=nora).json()["items"]
    assert {line["interactionType"] for line in seen} == {"view_event", "book"}
    figures = site.client.get(f"/analytics/event/{site.event_id}", headers=boss).json()
    sold = {m["metricType"]: m["value"] for m in figures["metrics"]}
    assert (sold["channel"], sold["zone"]) == (2, 2)
    assert {m["key"] for m in figures["metrics"] if m["metricType"] == "channel"} == {"web"}
    (sale,) = site.client.get(f"/analytics/ticket/{ticket}", headers=nora).json()["sales"]
    assert (sale["kind"], sale["amount"], sale["eventId"]) == ("sale", 4000, site.event_id)
