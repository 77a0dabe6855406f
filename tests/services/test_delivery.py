"""Working off the outbox against a real mail server: nothing lost, nothing twice as two things."""

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import event, func, select

from app.domain.customers import Contact
from app.domain.deliveries import LEASE, RETRY_AFTER, DeliveryState, Sieve
from app.domain.errors import Denied, MailDown
from app.domain.notifications import Channel, Kind, Wish
from app.domain.tickets import TicketStatus
from app.domain.users import Role
from app.persistence.records import deliveries, notifications
from app.persistence.unit_of_work import SqlUnitOfWork
from tests.mail_server import Mailbox, free_port, mail_server, parts, settings
from tests.services.exchanging import Exchanging

_PDF = b"%PDF-1.7 tickets of "


class Documents:
    """Draws a booking as its number."""

    def pdf(self, booking, lines):
        valid = [t for t in booking.tickets if t.status is TicketStatus.VALID]
        assert {t.performance_id for t in valid} <= set(lines)
        return _PDF + booking.number.encode() if valid else b""


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def post(house):
    """A running server that the house posts through, and the house's deliverer."""
    house.services.deliverer.documents = Documents()
    with mail_server() as (mailbox, way):
        house.services.mail.change(way, by=house.admin)
        yield mailbox


def customer(house, name="Ida Ibsen", email="ida@example.org"):
    return house.services.customers.add(Contact(name, email), by=house.cashier).id


def buy(house, *seats, customer_id=None):
    order = house.order(*seats, customer_id=customer_id or customer(house))
    return house.services.tickets.sell(order, by=house.cashier)


def manager(house):
    return house.services.users.add(
        "Mia", email="mia@example.org", password="curtain up", role=Role.MANAGER, by=house.admin
    )


def told(house, user):
    by = replace(house.cashier, user_id=user.id, role=user.role)
    return house.services.notifications.newest(by=by)


def states(house):
    return house.services.outbox.counts(by=house.admin).by_state


def work_of(house):
    return SqlUnitOfWork(house.services.database, bus=house.services.bus)


def test_what_is_bought_arrives_with_tickets_and_calendar(house, post):
    booking = buy(house, "A-1", "A-2")
    assert house.services.deliverer.deliver().sent == 1
    (letter,) = post.letters
    assert letter["To"] == "Ida Ibsen <ida@example.org>"
    found = parts(letter)
    for said in (booking.number, "The Winter Garden", "Friday 27 November 2026, 20:00", "A-2"):
        assert said in found["text/plain"][0]
        assert said in found["text/html"][0]
    assert found["application/pdf"] == [_PDF + booking.number.encode()]
    (entry,) = icalendar.Calendar.from_ical(found["text/calendar"][0]).walk("VEVENT")
    assert entry["UID"] == f"{booking.id}.{house.performance.id}@houselights"
    assert entry["DTSTART"].dt.isoformat() == "2026-11-27T20:00:00+01:00"
    assert states(house) == {DeliveryState.DONE: 1}


def test_the_text_as_sent_is_kept_under_the_id_of_its_message(house, post):
    buy(house, "A-1")
    house.services.deliverer.deliver()
    (line,) = (
        line
        for line in house.services.outbox.lines(Sieve(), by=house.admin)
        if line.kind is Kind.BOOKING_CONFIRMED
    )
    (sent,) = house.services.outbox.open(line.id, by=house.admin).deliveries
    (letter,) = post.letters
    assert sent.subject == letter["Subject"]
    assert sent.sent_text == parts(letter)["text/plain"][0]
    assert letter["Message-ID"] == f"<{sent.id}@lanternhaus.example>"


def test_a_cancelled_ticket_leaves_the_rest_in_the_calendar_and_the_last_takes_it_out(house, post):
    booking = buy(house, "A-1", "A-2")
    cancel = house.services.bookings.cancel
    cancel(booking.id, ticket_ids=[booking.tickets[0].id], reason="ill", by=house.cashier)
    house.services.deliverer.deliver()
    house.clock.pass_by(minutes=5)
    cancel(booking.id, reason="ill", by=house.cashier)
    house.services.deliverer.deliver()
    calendars = [icalendar.Calendar.from_ical(parts(x)["text/calendar"][0]) for x in post.letters]
    entries = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert [c["METHOD"] for c in calendars] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert "A-2" in entries[1]["DESCRIPTION"]
    assert "A-1" not in entries[1]["DESCRIPTION"]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert entries[2]["SEQUENCE"] > entries[0]["SEQUENCE"]


def test_an_exchange_for_another_evening_moves_the_calendar(house, post):
    at = Exchanging(house)
    booking = buy(house, "A-1")
    house.services.deliverer.deliver()
    house.clock.pass_by(minutes=5)
    at.make(at.wish(booking, ("A-1",), at.lines(at.second, "A-1")))
    assert house.services.deliverer.deliver().sent == 1
    found = parts(post.letters[-1])
    assert found["application/pdf"] == [_PDF + booking.number.encode()]
    calendars = [icalendar.Calendar.from_ical(body) for body in found["text/calendar"]]
    said = {c.walk("VEVENT")[0]["UID"]: str(c["METHOD"]) for c in calendars}
    assert said == {
        f"{booking.id}.{at.first}@houselights": "CANCEL",
        f"{booking.id}.{at.second}@houselights": "PUBLISH",
    }


def test_nothing_is_posted_before_the_house_has_set_up_its_mail(house):
    buy(house, "A-1")
    done = house.services.deliverer.deliver()
    assert (done.sent, done.waiting, done.problem) == (0, 1, "not_set_up")


def test_a_password_is_asked_for_when_no_keyring_has_it(house, post):
    way = house.services.mail.settings(by=house.admin)
    house.services.mail.change(replace(way, user="till"), by=house.admin)
    buy(house, "A-1")
    assert house.services.deliverer.deliver().problem == "password"
    assert states(house) == {DeliveryState.QUEUED: 1}
    assert house.services.mail.set_password("props", by=house.admin) is False
    # the server offers no way to sign in, and says so; nothing is lost by that
    assert house.services.deliverer.deliver().problem == "login"
    assert states(house) == {DeliveryState.QUEUED: 1}


# -- refusals --------------------------------------------------------------------------------------


def test_an_address_refused_for_good_is_given_up_at_once_and_staff_know_why(house, post):
    mia = manager(house)
    post.answers["ida@example.org"] = "550 5.1.1 No such user"
    buy(house, "A-1")
    assert house.services.deliverer.deliver().given_up == 1
    assert states(house) == {DeliveryState.FAILED: 1}
    (news,) = told(house, mia)
    assert news.kind is Kind.DELIVERY_FAILED
    assert news.content["address"] == "ida@example.org"
    assert news.content["said"] == "550 5.1.1 No such user"
    opened = house.services.outbox.open(news.subject_id, by=house.admin)
    assert opened.deliveries[0].problem.reason == "refused"


def test_not_now_is_tried_again_with_patience_and_then_given_up(house, post):
    mia = manager(house)
    post.answers["ida@example.org"] = "451 4.2.1 Greylisted"
    buy(house, "A-1")
    deliver = house.services.deliverer.deliver
    for pause in RETRY_AFTER:
        assert deliver().postponed == 1
        house.clock.now += pause - timedelta(seconds=1)
        assert deliver().tried == 0
        assert states(house) == {DeliveryState.RETRYING: 1}
        house.clock.now += timedelta(seconds=1)
    assert deliver().given_up == 1
    assert states(house) == {DeliveryState.FAILED: 1}
    assert [news.kind for news in told(house, mia)] == [Kind.DELIVERY_FAILED]


def test_not_now_and_then_yes_is_one_letter(house, post):
    post.answers["ida@example.org"] = "451 4.2.1 Greylisted"
    buy(house, "A-1")
    house.services.deliverer.deliver()
    post.answers.clear()
    house.clock.pass_by(minutes=1)
    assert house.services.deliverer.deliver().sent == 1
    assert len(post.raw) == 1


def test_one_bad_address_keeps_nobody_from_their_letter(house, post):
    post.answers["gone@example.org"] = "550 5.1.1 No such user"
    for n, seat in enumerate(("A-1", "A-2", "A-3")):
        who = customer(house, f"N{n}", "gone@example.org" if n == 1 else f"n{n}@example.org")
        buy(house, seat, customer_id=who)
    done = house.services.deliverer.deliver()
    assert (done.sent, done.given_up, done.waiting) == (2, 1, 0)


# -- the server away -------------------------------------------------------------------------------


def test_a_server_away_for_a_minute_costs_nothing_but_the_minute(house):
    port, mailbox = free_port(), Mailbox()
    house.services.mail.change(settings(port), by=house.admin)
    for seat in ("A-1", "A-2", "A-3"):
        buy(house, seat, customer_id=customer(house, seat, f"{seat}@example.org"))
    done = house.services.deliverer.deliver()
    assert (done.tried, done.waiting, done.problem) == (0, 3, "unreachable")
    # meanwhile nobody knocks again, and the notice stays
    assert house.services.deliverer.deliver().problem == "unreachable"
    assert states(house) == {DeliveryState.QUEUED: 3}
    house.clock.pass_by(minutes=1)
    with mail_server(port=port, mailbox=mailbox):
        done = house.services.deliverer.deliver()
    assert (done.sent, done.waiting, done.problem) == (3, 0, "")
    assert len(mailbox.raw) == 3


def test_an_outage_that_lasts_is_told_to_staff_once_and_the_next_one_again(house):
    mia, port = manager(house), free_port()
    house.services.mail.change(settings(port), by=house.admin)
    buy(house, "A-1")
    deliver = house.services.deliverer.deliver
    for _ in range(8):
        deliver()
        house.clock.pass_by(minutes=1)
    assert [news.kind for news in told(house, mia)] == [Kind.MAIL_DOWN]
    assert told(house, mia)[0].content["waiting"] == 1
    with mail_server(port=port):
        assert deliver().sent == 1
    buy(house, "A-2", customer_id=customer(house, "B", "b@example.org"))
    for _ in range(7):
        deliver()
        house.clock.pass_by(minutes=1)
    assert [news.kind for news in told(house, mia)] == [Kind.MAIL_DOWN] * 2


def test_a_letter_the_server_cannot_bear_holds_up_no_other(house, post):
    post.answers["a@example.org"] = "data drop"
    for name in "abc":
        buy(house, f"A-{ord(name) - 96}", customer_id=customer(house, name, f"{name}@example.org"))
        house.clock.pass_by(seconds=1)
    assert house.services.deliverer.deliver().problem == "dropped"
    house.clock.pass_by(minutes=1)
    done = house.services.deliverer.deliver()
    assert (done.sent, done.problem) == (2, "dropped")
    assert {x["To"].addresses[0].addr_spec for x in post.letters} == {
        "b@example.org",
        "c@example.org",
    }
    for _ in range(len(RETRY_AFTER)):
        house.clock.pass_by(hours=12)
        house.services.deliverer.deliver()
    assert states(house) == {DeliveryState.DONE: 2, DeliveryState.FAILED: 1}


# -- doubt -----------------------------------------------------------------------------------------


def test_killed_between_posting_and_marking_it_goes_out_again_as_the_same_letter(
    house, post, monkeypatch
):
    ida = customer(house)
    buy(house, "A-1", customer_id=ida)
    deliverer = house.services.deliverer

    def die(one, answer):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(deliverer, "_answered", die)
        with pytest.raises(Killed):
            deliverer.deliver()
    assert states(house) == {DeliveryState.SENDING: 1}
    assert deliverer.deliver().tried == 0
    # what she has since changed must not make it another letter
    page = house.services.customers.customer(ida, by=house.cashier).customer
    contact = replace(page.contact, name="Ida Married")
    house.services.customers.edit(ida, contact, version=page.version, by=house.cashier)
    house.clock.now += LEASE
    assert deliverer.deliver().sent == 1
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    assert parts(first)["text/plain"] == parts(second)["text/plain"]


def test_cut_off_after_the_server_took_it_the_second_is_the_same_letter(house, post):
    post.drop_after_taking = True
    buy(house, "A-1")
    house.services.deliverer.deliver()
    post.drop_after_taking = False
    house.clock.pass_by(minutes=1)
    house.services.deliverer.deliver()
    assert len({x["Message-ID"] for x in post.letters}) == 1
    assert states(house) == {DeliveryState.DONE: 1}


@contextmanager
def failing_at(database, number):
    """The n-th statement from now on dies; yields a list with True once it did."""
    count, died = [0], []

    def before(*arguments):
        count[0] += 1
        if count[0] == number:
            died.append(True)
            raise Killed

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield died
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def test_dying_at_any_statement_of_a_delivery_loses_nothing(house, post):
    """At worst the letter is there twice under one Message-ID, and the row says it is done."""
    number = 0
    while True:
        number += 1
        before = len(post.raw)
        who = customer(house, f"N{number}", f"n{number}@example.org")
        work_of(house).write(
            lambda work, who=who: work.notifications.tell(
                [who], kind=Kind.MESSAGE, subject_kind="message", subject_id="m",
                content={"subject": "Hello", "text": "there"},
            )
        )  # fmt: skip
        with failing_at(house.services.database, number) as died, suppress(Killed):
            house.services.deliverer.deliver()
        if not died:
            break
        house.clock.now += LEASE
        house.services.deliverer.deliver()
        ids = {x["Message-ID"] for x in post.letters[before:]}
        assert len(ids) == 1, number
        assert set(states(house)) == {DeliveryState.DONE}, number
    assert number > 8


def test_dying_at_any_statement_of_telling_tells_nobody(house):
    users = [customer(house, f"N{n}", f"n{n}@example.org") for n in range(3)]
    booking = buy(house, "A-1", customer_id=users[0])
    work = work_of(house)

    def counted():
        with house.services.database.engine.connect() as connection:
            return [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (notifications, deliveries)
            ]

    def tell(work):
        work.notifications.tell(
            users,
            kind=Kind.REFUNDED,
            subject_kind="booking",
            subject_id=booking.id,
            content={},
            booking_id=booking.id,
        )

    before = counted()
    number = 0
    while True:
        number += 1
        with failing_at(house.services.database, number) as died, suppress(Killed):
            work.write(tell)
        if not died:
            break
        assert counted() == before, number
    assert number > 3
    assert counted() == [before[0] + 3, before[1] + 3]


# -- other rules -----------------------------------------------------------------------------------


def test_two_who_deliver_at_once_never_take_the_same_letter(house, post):
    for n in range(1, 7):
        buy(house, f"A-{n}", customer_id=customer(house, f"N{n}", f"n{n}@example.org"))
    work = work_of(house)

    def take(work):
        return work.deliveries.take(limit=4, lease_until=work.now + LEASE)

    first, second = work.write(take), work.write(take)
    assert (len(first), len(second)) == (4, 2)
    assert not {x.id for x in first} & {x.id for x in second}


def test_a_reminder_after_the_curtain_is_not_sent_any_more(house, post):
    mia = manager(house)
    booking = buy(house, "A-1")
    house.services.deliverer.deliver()
    house.clock.now = datetime(2026, 11, 27, 18, tzinfo=UTC)
    house.services.notifications.watch(by=house.cashier)
    assert states(house) == {DeliveryState.DONE: 1, DeliveryState.QUEUED: 1}
    house.clock.pass_by(hours=2)
    house.services.deliverer.deliver()
    assert len(post.raw) == 1
    reminder = next(
        x for x in house.services.notifications.of_booking(booking.id, by=house.cashier)
        if x.kind is Kind.REMINDER
    )  # fmt: skip
    assert (reminder.state, reminder.problem.reason) == (DeliveryState.FAILED, "too_late")
    assert told(house, mia) == ()


def test_whoever_does_not_want_a_kind_by_mail_gets_none_of_it(house, post):
    ida = customer(house)
    by = replace(house.cashier, user_id=ida, role=Role.CUSTOMER)
    house.services.notifications.wish(
        Wish(Kind.BOOKING_CONFIRMED, Channel.EMAIL, wanted=False), by=by
    )
    buy(house, "A-1", customer_id=ida)
    assert house.services.deliverer.deliver().sent == 0
    assert {x.kind for x in house.services.notifications.newest(by=by)} == {
        Kind.BOOKING_CONFIRMED,
        Kind.PAYMENT_RECEIVED,
    }


def test_a_walk_up_and_somebody_without_address_are_owed_no_mail(house, post):
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    buy(house, "A-2", customer_id=customer(house, "No Mail", ""))
    assert house.services.deliverer.deliver().waiting == 0


def test_facts_no_letter_can_be_made_of_hold_up_nobody(house, post, caplog):
    mia = manager(house)
    ida, ole = customer(house), customer(house, "Ole", "ole@example.org")
    broken = [{"starts_at": "yesterday", "zone": "Nowhere/Land", "tickets": 7}]
    for who, performances in ((ida, broken), (ole, [])):
        work_of(house).write(
            lambda work, who=who, facts=performances: work.notifications.tell(
                [who],
                kind=Kind.REMINDER,
                subject_kind="performance",
                subject_id="p",
                content={"performances": facts},
            )
        )
    done = house.services.deliverer.deliver()
    assert (done.sent, done.given_up, done.waiting) == (1, 1, 0)
    assert told(house, mia)[0].content["reason"] == "unreadable"
    assert "cannot be composed" in caplog.text


def test_hundreds_go_out_in_bounded_portions(house, post):
    users = [customer(house, f"N{n}", f"n{n}@example.org") for n in range(45)]
    work_of(house).write(
        lambda work: work.notifications.tell(
            users, kind=Kind.MESSAGE, subject_kind="message", subject_id="m",
            content={"subject": "Hello", "text": "there"},
        )
    )  # fmt: skip
    rounds = [house.services.deliverer.deliver().sent for _ in range(4)]
    assert rounds == [20, 20, 5, 0]
    assert len({x["To"] for x in post.letters}) == 45


def test_whoever_is_told_to_stop_gives_back_what_it_holds(house, post, monkeypatch):
    for n in range(1, 4):
        buy(house, f"A-{n}", customer_id=customer(house, f"N{n}", f"n{n}@example.org"))
    deliverer = house.services.deliverer
    answered = deliverer._answered

    def stop_after_one(one, answer):
        deliverer.stop()
        return answered(one, answer)

    monkeypatch.setattr(deliverer, "_answered", stop_after_one)
    assert (deliverer.deliver().sent, deliverer.deliver().sent) == (1, 0)
    assert states(house) == {DeliveryState.DONE: 1, DeliveryState.QUEUED: 2}


def test_a_test_message_says_whether_the_settings_work(house, post):
    house.services.deliverer.test("ada@example.org", by=house.admin)
    assert "works" in post.letters[0]["Subject"]
    post.answers["ada@example.org"] = "550 5.1.1 No such user"
    with pytest.raises(MailDown) as caught:
        house.services.deliverer.test("ada@example.org", by=house.admin)
    assert (caught.value.reason, caught.value.said[:3]) == ("refused", "550")
    with pytest.raises(Denied):
        house.services.deliverer.test("ada@example.org", by=house.cashier)
