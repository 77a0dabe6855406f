"""The bell and its panel, the list of all, letters again, settings, wishes, and writing to holders."""

import io
import json
import subprocess
import sys
import threading
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from app.domain.customers import Contact
from app.domain.deliveries import DeliveryState, Problem, Sieve
from app.domain.mail import Security
from app.domain.notifications import Channel, Kind, Wish
from app.domain.users import Role
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.delivery import Delivered
from tests.builders import Clock, plan, theatre
from tests.mail_server import mail_server, parts, settings
from ui.application import Houselights
from ui.notifications.inbox_panel import InboxPanel
from ui.notifications.postroom import Postroom
from ui.notifications.ticket_files import TicketFiles
from ui.notifications.view import NotificationsView
from ui.notifications.wishes_card import WishesSection
from ui.shell.navigation import RailButton
from ui.tasks import ImmediateTasks, ThreadTasks
from ui.widgets.message_dialog import MessageDialog
from ui.widgets.messaging import Messaging
from ui.widgets.told import detail, heading, kind_name, sign, target

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(sqlite_url):
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()


@pytest.fixture
def work(house):
    return SqlUnitOfWork(house.services.database, bus=house.services.bus)


@pytest.fixture
def mia(house):
    added = house.services.users.add(
        "Mia", email="mia@example.org", password="curtain up", role=Role.MANAGER, by=house.admin
    )
    return replace(house.cashier, user_id=added.id, name="Mia", role=Role.MANAGER)


@pytest.fixture
def window(house, mia, qtbot):
    program = Houselights(house.services, tasks=ImmediateTasks())
    made = program.window_for(mia)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    program.deleteLater()


def customer(house, name="Ida Ibsen", email="ida@example.org"):
    return house.services.customers.add(Contact(name, email), by=house.cashier).id


def buy(house, *seats, customer_id):
    order = house.order(*seats, customer_id=customer_id)
    return house.services.tickets.sell(order, by=house.cashier)


def tell(work, users, kind=Kind.MESSAGE, about=("message", "m"), **content):
    work.write(
        lambda w: w.notifications.tell(
            users, kind=kind, subject_kind=about[0], subject_id=about[1], content=content
        )
    )


def letters_in(house, by):
    """What customers were told by letter, newest first."""
    lines = house.services.outbox.lines(Sieve(), by=by)
    return [line for line in lines if line.kind is Kind.BOOKING_CONFIRMED]


def letter_in(house, by):
    (line,) = letters_in(house, by)
    return line


def panel_of(window):
    (panel,) = window.findChildren(InboxPanel)
    return panel


def bell_of(window):
    (bell,) = [b for b in window.findChildren(RailButton) if b.screen_id == "news"]
    return bell


def view_of(window):
    window.go("notifications")
    (view,) = window.findChildren(NotificationsView)
    return view


# -- the bell and its panel ------------------------------------------------------------------------


def test_the_bell_counts_what_is_new_and_opens_it(window, work, mia, qtbot):
    assert bell_of(window).accessibleDescription() == ""
    for n in range(3):
        tell(work, [mia.user_id], about=("message", f"m{n}"), subject=f"News {n}")
    bell, panel = bell_of(window), panel_of(window)
    qtbot.waitUntil(lambda: bell.accessibleDescription() == "3 new")
    assert not panel.isVisible()
    QTest.mouseClick(bell, LEFT)
    assert panel.isVisible()
    assert next(heading(t.kind, t.content) for t in panel.rows.rows()) == "News 2"
    QTest.mouseClick(panel.all_read, LEFT)
    assert bell.accessibleDescription() == ""
    assert all(told.read_at for told in panel.rows.rows())
    QTest.keyClick(panel.list, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_line_opens_what_it_is_about_and_is_read(window, house, work, mia):
    booking = buy(house, "A-1", customer_id=customer(house))
    tell(work, [mia.user_id], kind=Kind.REFUNDED, about=("booking", booking.id), number="x")
    panel = panel_of(window)
    panel.open_panel(slide=False)
    rect = panel.list.visualRect(panel.rows.index(0, 0))
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=rect.center())
    assert window.current() == "bookings"
    assert not panel.isVisible()
    assert house.services.notifications.unread(by=mia) == 0


def test_a_press_beside_the_panel_closes_it_and_nothing_else_happens(window):
    panel = panel_of(window)
    panel.open_panel(slide=False)
    before = window.current()
    QTest.mouseClick(panel.veil, LEFT, pos=QPoint(panel.veil.width() - 20, 200))
    assert not panel.isVisible()
    assert window.current() == before


def test_hundreds_are_read_as_one_scrolls(window, house, work, mia, qapp):
    for n in range(120):
        tell(work, [mia.user_id], about=("message", f"m{n}"), subject=f"News {n}")
        house.clock.pass_by(seconds=1)
    panel = panel_of(window)
    panel.open_panel(slide=False)
    assert panel.rows.rowCount() == 50
    bar = panel.list.verticalScrollBar()
    for shown in (100, 120, 120):
        qapp.processEvents()  # a list lays its new rows out when it has time
        bar.setValue(bar.maximum())
        assert panel.rows.rowCount() == shown
    assert [t.content["subject"] for t in panel.rows.rows()] == [
        f"News {119 - n}" for n in range(120)
    ]


@pytest.mark.parametrize(
    "text", ["<b>bold</b>", "山田 مريم 🎭", "x" * 10_000, "=1+1", "{0} {name}", ""]
)
def test_any_text_can_stand_in_a_line(window, work, mia, text):
    for kind in Kind:
        tell(
            work,
            [mia.user_id],
            kind=kind,
            about=("message", kind.value),
            subject=text,
            text=text,
            title=text,
            number=text,
            name=text,
            note=text,
            starts_at=text,
            zone=text,
            expires_at=text,
            since=text,
        )
    panel = panel_of(window)
    panel.open_panel(slide=False)
    assert panel.rows.rowCount() == len(Kind)
    panel.list.grab()
    for told in panel.rows.rows():
        assert heading(told.kind, told.content)
        assert len(heading(told.kind, told.content)) <= 200
        assert len(detail(told.kind, told.content)) <= 200


def test_every_kind_has_a_name_and_a_sign():
    assert len({kind_name(kind) for kind in Kind}) == len(Kind)
    assert all(sign(kind)[0] for kind in Kind)


def test_what_a_line_opens_depends_on_what_it_is_about():
    assert target("booking", "b", {}) == ("bookings", "b")
    assert target("delivery", "d", {}) == ("notifications", "d")
    assert target("performance", "p", {"event_id": "e"}) == ("events", "e")
    assert target("performance", "p", {"booking_id": "b"}) == ("bookings", "b")
    assert target("message", "m", {}) == ("", "")


# -- the list of all -------------------------------------------------------------------------------


def sent(work, line_id, service, by):
    (delivery,) = service.open(line_id, by=by).deliveries
    work.write(lambda w: w.deliveries.composed([(delivery.id, "Subject", "The text as sent")]))
    work.write(lambda w: w.deliveries.sent(delivery.id))
    return delivery


def test_the_chosen_one_shows_its_letters_word_for_word_and_goes_out_again(
    window, house, work, mia
):
    buy(house, "A-1", customer_id=customer(house))
    view = view_of(window)
    assert view.rows.rowCount() == 2  # the payment is told in the panel only
    line = letter_in(house, mia)
    sent(work, line.id, house.services.outbox, mia)
    view.table.choose(view.rows.position(line.id))
    view.outbox.open(line.id)
    assert view.panel.title.text() == "Your booking: The Winter Garden"
    texts = [area.toPlainText() for area in view.panel.findChildren(QPlainTextEdit)]
    assert texts == ["The text as sent"]
    assert view.panel.resend.text() == "Send again"
    QTest.mouseClick(view.panel.resend, LEFT)
    assert len(view.outbox.state.opened.deliveries) == 2
    assert "1 e-mail waits" in view.header.line.text()


def test_what_failed_is_counted_and_tried_again_with_one_press(window, house, work, mia):
    for n in range(3):
        buy(house, f"A-{n + 1}", customer_id=customer(house, f"N{n}", f"n{n}@example.org"))
    for line in letters_in(house, mia)[:2]:
        (delivery,) = house.services.outbox.open(line.id, by=mia).deliveries
        problem = Problem("refused", "550 no such user")
        work.write(lambda w, key=delivery.id, why=problem: w.deliveries.given_up(key, problem=why))
    view = view_of(window)
    assert "2 not delivered" in view.header.line.text()
    assert view.retry.isEnabled()
    QTest.mouseClick(view.retry, LEFT)
    assert house.services.outbox.counts(by=mia).of(DeliveryState.QUEUED) == 3
    assert not view.retry.isEnabled()


def test_filters_narrow_the_list_to_what_was_asked(window, house, work, mia):
    ida = customer(house)
    buy(house, "A-1", customer_id=ida)
    tell(work, [ida, mia.user_id], subject="Doors later")
    view = view_of(window)
    assert view.rows.rowCount() == 4
    view.kind.chosen.emit(Kind.MESSAGE.value)
    assert view.rows.rowCount() == 2
    view.search.setText("ida")
    view.search.searched.emit("ida")
    assert view.rows.rowCount() == 1
    view.kind.chosen.emit("")
    view.state.chosen.emit("owed")
    assert view.rows.rowCount() == 2
    view.channel.chosen.emit(Channel.PANEL.value)
    assert view.rows.rowCount() == 0
    assert view._stack.currentWidget() is view._empty


def test_a_house_that_cannot_post_yet_is_told_so_and_where(window, house):
    view = view_of(window)
    assert "not set up" in view.notice.text()
    house.services.mail.change(settings(25), by=house.admin)
    view.mailing.load()
    assert view.notice.text() == ""


def test_a_failed_delivery_in_the_panel_leads_to_its_letter(window, house, work, mia):
    buy(house, "A-1", customer_id=customer(house))
    line = letter_in(house, mia)
    (delivery,) = house.services.outbox.open(line.id, by=mia).deliveries
    tell(
        work, [mia.user_id], kind=Kind.DELIVERY_FAILED, about=("delivery", delivery.id), name="Ida"
    )
    panel = panel_of(window)
    panel.open_panel(slide=False)
    panel.list.opened.emit(panel.rows.row(0))
    view = view_of(window)
    assert view.outbox.state.opened.told.id == line.id


# -- the mail settings -----------------------------------------------------------------------------


@pytest.fixture
def dialog(window):
    view = view_of(window)
    QTest.mouseClick(view.settings, LEFT)
    yield view.dialog
    view.dialog.reject()


def fill(dialog, port, security=Security.NONE):
    dialog.host.set_text("127.0.0.1")
    dialog.security.choose(security.value)
    dialog.port.set_text(str(port))
    dialog.sender_address.set_text("box.office@lanternhaus.example")


def test_what_does_not_fit_is_said_beside_its_field(dialog):
    fill(dialog, "many")
    dialog.host.set_text("mail.example.org")
    dialog.sender_address.set_text("nobody")
    QTest.mouseClick(dialog.save, LEFT)
    assert dialog.isVisible()
    assert dialog.port.problem()
    assert dialog.protection.problem()
    assert dialog.sender_address.problem()
    assert dialog.host.problem() == ""


def test_the_usual_port_follows_the_protection_but_never_one_typed(dialog):
    dialog.port.set_text("465")
    for key, port in (("starttls", "587"), ("none", "25"), ("tls", "465")):
        dialog.security.chosen.emit(key)
        assert dialog.port.text() == port
    dialog.port.set_text("2525")
    dialog.security.chosen.emit("starttls")
    assert dialog.port.text() == "2525"


def test_a_test_message_arrives_and_the_settings_are_stored(dialog, house):
    with mail_server() as (mailbox, way):
        fill(dialog, way.port)
        dialog.to.set_text("mia@example.org")
        QTest.mouseClick(dialog.test, LEFT)
    assert "mia@example.org" in dialog.notice.text()
    assert "works" in mailbox.letters[0]["Subject"]
    assert house.services.mail.settings(by=house.admin).port == way.port


def test_a_server_that_does_not_answer_is_said_in_words(dialog):
    with mail_server() as (_, way):
        pass
    fill(dialog, way.port)
    dialog.to.set_text("mia@example.org")
    QTest.mouseClick(dialog.test, LEFT)
    assert "does not answer" in dialog.notice.text()


# -- wishes ----------------------------------------------------------------------------------------


def test_a_box_unticked_is_a_wish_that_counts_at_once(window, house, mia):
    window.go("profile")
    (card,) = window.findChildren(WishesSection)
    box = card.boxes[Kind.MESSAGE, Channel.EMAIL]
    assert box.isChecked()
    assert not card.boxes[Kind.SOLD_OUT, Channel.EMAIL].isChecked()
    assert (Kind.MAIL_DOWN, Channel.EMAIL) not in card.boxes
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert Wish(Kind.MESSAGE, Channel.EMAIL, wanted=False) in house.services.notifications.wishes(
        by=mia
    )
    assert not box.isChecked()


# -- writing to holders ----------------------------------------------------------------------------


@pytest.fixture
def writing(house, mia, qtbot):
    for n in range(3):
        buy(house, f"A-{n + 1}", customer_id=customer(house, f"N{n}", f"n{n}@example.org"))
    messaging = Messaging(
        house.services.notifications,
        performance_id=house.performance.id,
        by=mia,
        tasks=ImmediateTasks(),
    )
    made = MessageDialog(messaging, title="The Winter Garden")
    qtbot.addWidget(made)
    made.show()
    return made


def type_message(dialog, subject="Doors later", text="At 19:30."):
    dialog.subject.edit.setText("")
    QTest.keyClicks(dialog.subject.edit, subject)
    dialog.text.area.setPlainText(text)


def test_a_message_is_previewed_with_somebodys_real_booking(writing):
    type_message(writing, text="Doors at <19:30>.")
    writing._messaging.read_preview()
    shown = writing.preview.toPlainText()
    for said in ("Doors later", "Doors at <19:30>.", "The Winter Garden", "N0"):
        assert said in shown
    assert writing.send.text() == "Send to 3 people"


def test_a_message_reaches_everybody_and_says_so(writing, house):
    type_message(writing)
    QTest.mouseClick(writing.send, LEFT)
    assert writing.how_far.text() == "3 people were told"
    assert not writing.send.isEnabled()
    told = house.services.outbox.lines(Sieve(kinds=(Kind.MESSAGE,)), by=house.admin)
    assert len(told) == 3


def test_a_message_without_words_is_not_sent(writing, house):
    QTest.mouseClick(writing.send, LEFT)
    assert writing.subject.problem()
    assert writing.text.problem()
    assert house.services.outbox.count(Sieve(kinds=(Kind.MESSAGE,)), by=house.admin) == 0


def test_a_message_stopped_goes_on_where_it_stopped(writing, house, monkeypatch):
    monkeypatch.setattr("app.services.notifications._PORTION", 1)
    type_message(writing)
    messaging = writing._messaging
    messaging.changed.connect(writing.stop.click)
    QTest.mouseClick(writing.send, LEFT)
    assert writing.how_far.text() == "1 of 3 were told"
    messaging.changed.disconnect(writing.stop.click)
    QTest.mouseClick(writing.send, LEFT)
    assert writing.how_far.text() == "3 people were told"
    told = house.services.outbox.lines(Sieve(kinds=(Kind.MESSAGE,)), by=house.admin)
    assert len({line.user_id for line in told}) == 3


# -- tickets as files, and the station's own post --------------------------------------------------


def read_codes(pdf):
    return [
        found.text
        for page in pypdfium2.PdfDocument(io.BytesIO(pdf))
        for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    ]


def test_a_mailed_ticket_is_the_printed_one_even_from_a_worker(house):
    booking = buy(house, "A-1", "A-2", customer_id=customer(house))
    line = house.services.events.line(house.performance.id, by=house.cashier)
    drawn = []
    worker = threading.Thread(
        target=lambda: drawn.append(TicketFiles().pdf(booking, {line.performance_id: line}))
    )
    worker.start()
    worker.join()
    assert sorted(read_codes(drawn[0])) == sorted(ticket.code for ticket in booking.tickets)


def test_a_booking_without_tickets_has_no_file(house):
    booking = buy(house, "A-1", customer_id=customer(house))
    house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    cancelled = house.services.bookings.booking(booking.id, by=house.cashier)
    line = house.services.events.line(house.performance.id, by=house.cashier)
    assert TicketFiles().pdf(cancelled, {line.performance_id: line}) == b""


def test_the_station_posts_by_itself_with_tickets_that_open_the_door(house, qtbot):
    services = house.services
    services.deliverer.documents = TicketFiles()
    tasks = ThreadTasks()
    with mail_server() as (mailbox, way):
        services.mail.change(way, by=house.admin)
        booking = buy(house, "A-1", customer_id=customer(house))
        room = Postroom(
            services.deliverer,
            services.notifications,
            services.bookings,
            upkeep=services.upkeep,
            tasks=tasks,
        )
        room.start()
        room.work_for(house.cashier)
        qtbot.waitUntil(lambda: len(mailbox.raw) == 1, timeout=5000)
        qtbot.waitUntil(lambda: not tasks.busy)
        room.stop()
        tasks.close()
    (pdf,) = parts(mailbox.letters[0])["application/pdf"]
    assert read_codes(pdf) == [booking.tickets[0].code]


def test_while_the_server_is_away_the_window_says_so_and_stops_when_it_is_back(house, mia, qtbot):
    program = Houselights(house.services, tasks=ImmediateTasks())
    program.enter(mia)
    qtbot.addWidget(program.window)
    window = program.window
    program._on_posted(Delivered(waiting=3, problem="unreachable"))
    assert window.status.text("mail") == "No mail, 3 e-mails wait"
    assert "does not answer" in window.notice.text()
    program._on_posted(Delivered(sent=3))
    assert window.status.text("mail") == ""
    assert window.notice.text() == ""
    window.close()
    program.deleteLater()


def test_whoever_comes_after_a_cashier_is_told_that_the_server_is_away(house, mia, qtbot):
    program = Houselights(house.services, tasks=ImmediateTasks())
    away = Delivered(waiting=3, problem="unreachable")
    program.enter(house.cashier)
    program._on_posted(away)
    assert program.window.notice.text() == ""
    program.sign_out()
    program.enter(mia)
    qtbot.addWidget(program.window)
    program._on_posted(away)
    assert "does not answer" in program.window.notice.text()
    program.close()
    program.window.close()
    program.deleteLater()


def test_a_house_without_a_window_posts_from_the_command_line(house, sqlite_url):
    with mail_server() as (mailbox, way):
        house.services.mail.change(way, by=house.admin)
        booking = buy(house, "A-1", customer_id=customer(house))
        done = command_line(sqlite_url, "deliver", "--once", "--json")
    assert json.loads(done.stdout) == {
        "sent": 1,
        "postponed": 0,
        "given_up": 0,
        "waiting": 0,
        "problem": "",
    }
    assert done.returncode == 0
    (pdf,) = parts(mailbox.letters[0])["application/pdf"]
    assert read_codes(pdf) == [booking.tickets[0].code]


def test_the_command_line_says_why_nothing_goes_out(house, sqlite_url):
    buy(house, "A-1", customer_id=customer(house))
    done = command_line(sqlite_url, "deliver", "--once")
    assert done.returncode == 1
    assert "set up its mail" in done.stderr


def command_line(url, *arguments):
    code = "import sys; from ui.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, "--database", url, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
