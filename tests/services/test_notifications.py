"""What users are told: panel, wishes, messages to holders, what the clock brings, the list of all."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from app.domain.customers import Contact
from app.domain.deliveries import DeliveryState, Problem, Sieve
from app.domain.errors import Denied, Invalid, NotFound
from app.domain.notifications import Channel, Kind, Wish, kinds_for, offered
from app.domain.users import Permission, Role
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.notifications import Message


@pytest.fixture
def work(house):
    return SqlUnitOfWork(house.services.database, bus=house.services.bus)


def customer(house, name="Ida Ibsen", email=None):
    address = f"{name.replace(' ', '.')}@example.org" if email is None else email
    return house.services.customers.add(Contact(name, address), by=house.cashier).id


def staff(house, role, name):
    added = house.services.users.add(
        name, email=f"{name}@staff.example", password="curtain up", role=role, by=house.admin
    )
    return replace(house.cashier, user_id=added.id, name=name, role=role)


def as_user(house, user_id, role=Role.CUSTOMER):
    return replace(house.cashier, user_id=user_id, role=role)


def buy(house, *seats, customer_id):
    order = house.order(*seats, customer_id=customer_id)
    return house.services.tickets.sell(order, by=house.cashier)


def tell(work, users, kind=Kind.MESSAGE, subject="m", **content):
    return work.write(
        lambda w: w.notifications.tell(
            users, kind=kind, subject_kind="message", subject_id=subject, content=content
        )
    )


def lines(house, **sieve):
    return house.services.outbox.lines(Sieve(**sieve), by=house.admin)


# -- telling ---------------------------------------------------------------------------------------


def test_a_whole_audience_is_told_in_a_handful_of_statements(house, work):
    users = [customer(house, f"N{n}") for n in range(60)]
    statements = []
    engine = house.services.database.engine

    def count(*arguments):
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert tell(work, users + users) == 60
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) <= 6
    assert house.services.outbox.counts(by=house.admin).of(DeliveryState.QUEUED) == 60


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "山田 مريم 🎭 Ünïcödé", "x" * 10_000, '"; DROP TABLE', "a\nb"],
)
def test_facts_come_back_as_they_were_told(house, work, text):
    ida = customer(house)
    tell(work, [ida], subject_line=text)
    (told,) = house.services.notifications.newest(by=as_user(house, ida))
    assert told.content == {"subject_line": text}


def test_a_sale_tells_its_buyer_everything_a_panel_or_a_letter_needs(house):
    ida = customer(house)
    booking = buy(house, "A-1", "A-2", customer_id=ida)
    paid, told = house.services.notifications.newest(by=as_user(house, ida))
    assert (paid.kind, told.kind) == (Kind.PAYMENT_RECEIVED, Kind.BOOKING_CONFIRMED)
    assert (told.subject_kind, told.subject_id) == ("booking", booking.id)
    assert told.content["number"] == booking.number
    (performance,) = told.content["performances"]
    assert performance["title"] == "The Winter Garden"
    assert performance["starts_at"] == "2026-11-27T19:00:00+00:00"
    assert [ticket["seat"] for ticket in performance["tickets"]] == ["A-1", "A-2"]


def test_holders_of_a_performance_are_told_once_per_booking_and_not_once_cancelled(house, work):
    ida, ole = customer(house, "Ida"), customer(house, "Ole")
    buy(house, "A-1", "A-2", customer_id=ida)
    gone = buy(house, "A-3", customer_id=ole)
    house.services.tickets.sell(house.order("A-4"), by=house.cashier)
    house.services.bookings.cancel(gone.id, reason="ill", by=house.cashier)
    told = work.write(
        lambda w: w.notifications.tell_holders(house.performance.id, kind=Kind.EVENT_UPDATED)
    )
    assert told == 1
    assert house.services.notifications.newest(by=as_user(house, ida))[0].kind is Kind.EVENT_UPDATED


def test_staff_are_those_with_the_permission_and_of_organizers_only_the_events_own(house, work):
    olga, otto = (staff(house, Role.ORGANIZER, name) for name in ("Olga", "Otto"))
    mia = staff(house, Role.MANAGER, "Mia")
    customer(house)

    def found(permission, organizer_id=""):
        return set(
            work.read(lambda w: w.notifications.staff(permission, organizer_id=organizer_id))
        )

    assert found(Permission.SEE_FIGURES) == {olga.user_id, otto.user_id, mia.user_id}
    assert found(Permission.SEE_FIGURES, olga.user_id) == {olga.user_id, mia.user_id}
    assert found(Permission.SELL) == {house.cashier.user_id, mia.user_id}
    assert found(Permission.USE_ACCOUNT) == {
        house.cashier.user_id,
        olga.user_id,
        otto.user_id,
        mia.user_id,
    }


# -- one's own panel -------------------------------------------------------------------------------


def test_the_newest_comes_first_and_reading_one_counts_it_off(house, work):
    ida, ole = customer(house, "Ida"), customer(house, "Ole")
    for n in range(5):
        tell(work, [ida, ole], subject=f"m{n}", n=n)
        house.clock.pass_by(minutes=1)
    service, me = house.services.notifications, as_user(house, ida)
    newest = service.newest(by=me)
    assert [told.content["n"] for told in newest] == [4, 3, 2, 1, 0]
    older = service.newest(below=newest[1].created_at, limit=2, by=me)
    assert [told.content["n"] for told in older] == [2, 1]
    assert service.unread(by=me) == 5
    assert service.mark_read([newest[0].id], by=me) == 1
    assert service.mark_read([newest[0].id], by=me) == 0
    assert service.unread(by=me) == 4
    assert service.mark_read(by=me) == 4
    assert service.unread(by=me) == 0
    assert service.unread(by=as_user(house, ole)) == 5


def test_nobody_reads_or_marks_what_others_were_told(house, work):
    ida, ole = customer(house, "Ida"), customer(house, "Ole")
    tell(work, [ida])
    (told,) = house.services.notifications.newest(by=as_user(house, ida))
    assert house.services.notifications.mark_read([told.id], by=as_user(house, ole)) == 0
    assert house.services.notifications.unread(by=as_user(house, ida)) == 1
    with pytest.raises(Denied):
        house.services.notifications.of_user(ida, by=as_user(house, ole))
    assert house.services.notifications.of_user(ida, by=house.cashier) == (told,)


def test_what_is_not_wanted_in_the_panel_waits_until_it_is(house, work):
    ida = customer(house)
    service, me = house.services.notifications, as_user(house, ida)
    tell(work, [ida])
    service.wish(Wish(Kind.MESSAGE, Channel.PANEL, wanted=False), by=me)
    assert (service.unread(by=me), service.newest(by=me)) == (0, ())
    service.wish(Wish(Kind.MESSAGE, Channel.PANEL, wanted=True), by=me)
    assert service.unread(by=me) == 1


def test_everybody_can_choose_for_the_kinds_they_can_be_told(house):
    customers = {wish.kind for wish in house.services.notifications.wishes(by=as_user(house, "x"))}
    assert customers == {kind for kind in Kind if not kind.for_staff}
    managers = as_user(house, "x", Role.MANAGER)
    assert {w.kind for w in house.services.notifications.wishes(by=managers)} == set(Kind)
    assert Kind.MAIL_DOWN not in kinds_for(Role.ORGANIZER)
    assert offered(Kind.MAIL_DOWN) == (Channel.PANEL,)
    with pytest.raises(Invalid):
        house.services.notifications.wish(
            Wish(Kind.MAIL_DOWN, Channel.EMAIL, wanted=True), by=managers
        )


# -- messages to holders ---------------------------------------------------------------------------


def audience(house, count):
    for n in range(count):
        buy(house, f"A-{n + 1}", customer_id=customer(house, f"N{n}"))


def test_a_message_reaches_every_holder_once_and_says_how_far_it_is(house):
    audience(house, 3)
    ida = customer(house, "Ida", email="")
    for seat in ("B-1", "B-2"):
        buy(house, seat, customer_id=ida)
    found = house.services.notifications.audience(house.performance.id, by=house.admin)
    assert (found.bookings, found.people, found.by_mail) == (5, 4, 3)
    steps = []

    def progress(done, total):
        steps.append((done, total))
        return True

    message = Message("  Change   of cast ", "The tenor is ill.\r\nSorry.")
    preview = house.services.notifications.preview(house.performance.id, message, by=house.admin)
    for said in (preview.name, "The tenor is ill.", "The Winter Garden"):
        assert said in preview.words.text
    told = house.services.notifications.message_holders(
        house.performance.id, message, progress=progress, by=house.admin
    )
    assert (told, steps) == (4, [(4, 4)])
    (news, *_) = house.services.notifications.newest(by=as_user(house, ida))
    assert news.content["subject"] == "Change of cast"
    assert news.content["text"] == "The tenor is ill.\nSorry."


def test_a_message_stopped_half_way_reaches_the_rest_and_nobody_twice(house, monkeypatch):
    monkeypatch.setattr("app.services.notifications._PORTION", 2)
    audience(house, 5)
    message = Message("Hello", "there").checked()
    send = house.services.notifications.message_holders

    def stop(done, total):
        return False

    assert send(house.performance.id, message, progress=stop, by=house.admin) == 2
    assert send(house.performance.id, message, by=house.admin) == 3
    assert send(house.performance.id, message, by=house.admin) == 0
    told = lines(house, kinds=(Kind.MESSAGE,))
    assert len({line.user_id for line in told}) == len(told) == 5


def test_organizers_write_to_holders_of_their_own_events_only(house):
    audience(house, 1)
    olga = staff(house, Role.ORGANIZER, "Olga")
    for who in (olga, house.cashier, as_user(house, "x")):
        with pytest.raises(Denied):
            house.services.notifications.audience(house.performance.id, by=who)
        with pytest.raises(Denied):
            house.services.notifications.message_holders(
                house.performance.id, Message("a", "b"), by=who
            )
    own = replace(olga, user_id=house.event.organizer_id)
    assert house.services.notifications.audience(house.performance.id, by=own).people == 1
    with pytest.raises(NotFound):
        house.services.notifications.audience("nothing", by=house.admin)


def test_a_message_without_words_is_refused_beside_the_field():
    with pytest.raises(Invalid) as caught:
        Message(" ", "x" * 20_001).checked()
    assert caught.value.problems == {"subject": "missing", "text": "too_long"}


# -- what the clock brings about -------------------------------------------------------------------


def reserve(house, *seats, customer_id, until):
    order = house.order(*seats, customer_id=customer_id)
    return house.services.tickets.reserve(order, until=until, by=house.cashier)


def kinds(house, user_id, role=Role.CUSTOMER):
    newest = house.services.notifications.newest(by=as_user(house, user_id, role))
    return [told.kind for told in newest]


def test_a_reservation_about_to_end_is_told_once_two_hours_before(house):
    ida = customer(house)
    reserve(house, "A-1", customer_id=ida, until=house.clock.now + timedelta(hours=5))
    watch = house.services.notifications.watch
    assert watch(by=house.cashier).expiring == 0
    house.clock.pass_by(hours=3, minutes=1)
    assert [watch(by=house.cashier).expiring for _ in range(3)] == [1, 0, 0]
    assert kinds(house, ida)[0] is Kind.RESERVATION_EXPIRING


def test_holders_are_reminded_once_a_day_before_but_not_who_has_just_bought(house):
    ida, ole = customer(house, "Ida"), customer(house, "Ole")
    buy(house, "A-1", customer_id=ida)
    watch = house.services.notifications.watch
    assert watch(by=house.cashier).reminders == 0
    house.clock.now = datetime(2026, 11, 26, 19, 1, tzinfo=UTC)
    buy(house, "A-2", customer_id=ole)
    assert [watch(by=house.cashier).reminders for _ in range(3)] == [1, 0, 0]
    assert kinds(house, ida)[0] is Kind.REMINDER
    assert Kind.REMINDER not in kinds(house, ole)


def test_stations_that_watch_at_the_same_moment_tell_everybody_once(house):
    users = [customer(house, f"N{n}") for n in range(6)]
    for n, user in enumerate(users):
        buy(house, f"A-{n + 1}", customer_id=user)
    house.clock.now = datetime(2026, 11, 26, 19, 1, tzinfo=UTC)
    together = threading.Barrier(4)

    def watch():
        together.wait()
        house.services.notifications.watch(by=house.cashier)

    stations = [threading.Thread(target=watch) for _ in range(4)]
    for station in stations:
        station.start()
    for station in stations:
        station.join()
    assert [kinds(house, user).count(Kind.REMINDER) for user in users] == [1] * 6


def test_the_house_says_how_long_before_or_not_at_all(house):
    buy(house, "A-1", customer_id=customer(house))
    way = replace(
        house.services.mail.settings(by=house.admin),
        host="localhost",
        sender_address="a@example.org",
    )
    house.clock.pass_by(days=1)
    for hours, reminded in ((0, 0), (12, 0), (72, 1)):
        house.services.mail.change(replace(way, remind_hours=hours), by=house.admin)
        house.clock.pass_by(minutes=1)
        assert house.services.notifications.watch(by=house.cashier).reminders == reminded


def test_staff_hear_of_a_house_nearly_full_and_full_once_each(house):
    mia = staff(house, Role.MANAGER, "Mia")
    seats = [int(no) for no in house.plan.seat_no] + list(range(41, 61))
    watch = house.services.notifications.watch
    for upto, told in ((53, 0), (54, 1), (55, 0), (60, 1), (60, 0)):
        taken = house.services.tickets.house(house.performance.id, by=house.admin).claims
        wanted = [no for no in seats[:upto] if no not in {claim.seat_no for claim in taken}]
        if wanted:
            house.services.tickets.sell(house.order_of(wanted), by=house.cashier)
        assert watch(by=house.cashier).houses == told, upto
    assert kinds(house, mia.user_id, Role.MANAGER) == [Kind.SOLD_OUT, Kind.LOW_AVAILABILITY]
    newest = house.services.notifications.newest(by=mia)[0]
    assert (newest.content["places"], newest.content["free"]) == (60, 0)


# -- the list of all -------------------------------------------------------------------------------


def test_pages_cover_everything_once_and_newest_first(house, work):
    users = [customer(house, f"N{n}") for n in range(7)]
    for n in range(3):
        tell(work, users, subject=f"m{n}")
        house.clock.pass_by(minutes=1)
    assert house.services.outbox.count(Sieve(), by=house.admin) == 21
    seen = [
        line
        for after in range(0, 24, 4)
        for line in house.services.outbox.lines(Sieve(), after=after, limit=4, by=house.admin)
    ]
    assert len({line.id for line in seen}) == len(seen) == 21
    assert [line.created_at for line in seen] == sorted((x.created_at for x in seen), reverse=True)


def test_the_list_is_sifted_by_words_kind_state_channel_and_day(house, work):
    ida = customer(house, "Ída 山田", "ida@example.org")
    ole = customer(house, "Ole", "")
    tell(work, [ida, ole], text="Die Straße")
    house.clock.pass_by(days=2)
    tell(work, [ida], kind=Kind.REFUNDED)
    assert len(lines(house)) == 3
    for search, found in (
        ("山田", 2),
        ("ÍDA", 2),
        ("ida@ex", 2),
        ("stra", 2),
        ("100%", 0),
        ("ole", 1),
    ):
        assert len(lines(house, search=search)) == found, search
    assert [line.kind for line in lines(house, kinds=(Kind.REFUNDED,))] == [Kind.REFUNDED]
    assert len(lines(house, channel=Channel.EMAIL)) == 2
    assert [line.user for line in lines(house, channel=Channel.PANEL)] == ["Ole"]
    assert len(lines(house, states=(DeliveryState.QUEUED, DeliveryState.FAILED))) == 2
    assert lines(house, states=(DeliveryState.DONE,)) == ()
    assert len(lines(house, until=date(2026, 11, 24))) == 2
    assert len(lines(house, since=date(2026, 11, 26), until=date(2026, 11, 26))) == 1


def fail(work, delivery_id):
    work.write(
        lambda w: w.deliveries.given_up(delivery_id, problem=Problem("refused", "550 no such user"))
    )


def test_a_failed_one_is_tried_again_to_the_address_of_today(house, work):
    ida = customer(house, "Ida", "wrong@example.org")
    tell(work, [ida])
    (line,) = lines(house)
    (delivery,) = house.services.outbox.open(line.id, by=house.admin).deliveries
    fail(work, delivery.id)
    (line,) = lines(house, states=(DeliveryState.FAILED,))
    assert (line.problem.reason, line.problem.said) == ("refused", "550 no such user")
    page = house.services.customers.customer(ida, by=house.cashier).customer
    contact = replace(page.contact, email="right@example.org")
    house.services.customers.edit(ida, contact, version=page.version, by=house.cashier)
    assert house.services.outbox.retry_failed(by=house.admin) == 1
    assert house.services.outbox.retry_failed(by=house.admin) == 0
    (again,) = house.services.outbox.open(line.id, by=house.admin).deliveries
    assert (again.id, again.address) == (delivery.id, "right@example.org")
    assert (again.state, again.attempts) == (DeliveryState.QUEUED, 0)


def test_one_that_went_out_is_sent_a_second_time_and_both_stand_in_its_history(house, work):
    ida, ole = customer(house, "Ida"), customer(house, "Ole", "")
    tell(work, [ida])
    (line,) = lines(house)
    (first,) = house.services.outbox.open(line.id, by=house.admin).deliveries
    work.write(lambda w: w.deliveries.sent(first.id))
    house.clock.pass_by(minutes=1)
    assert house.services.outbox.resend(line.id, by=house.admin) == 1
    opened = house.services.outbox.open(first.id, by=house.admin)
    assert [x.state for x in opened.deliveries] == [DeliveryState.QUEUED, DeliveryState.DONE]
    assert opened.told.state is DeliveryState.QUEUED
    tell(work, [ole])
    (without,) = lines(house, search="ole")
    assert house.services.outbox.resend(without.id, by=house.admin) == 0
    with pytest.raises(NotFound):
        house.services.outbox.resend("nothing", by=house.admin)


def test_only_who_looks_after_notifications_sees_them_all(house):
    for role in (Role.CUSTOMER, Role.CASHIER, Role.ORGANIZER):
        by = as_user(house, "x", role)
        for act in (
            lambda by: house.services.outbox.lines(Sieve(), by=by),
            lambda by: house.services.outbox.count(Sieve(), by=by),
            lambda by: house.services.outbox.counts(by=by),
            lambda by: house.services.outbox.open("x", by=by),
            lambda by: house.services.outbox.resend("x", by=by),
            lambda by: house.services.outbox.retry_failed(by=by),
            lambda by: house.services.mail.settings(by=by),
            lambda by: house.services.mail.set_password("x", by=by),
        ):
            with pytest.raises(Denied):
                act(by)
