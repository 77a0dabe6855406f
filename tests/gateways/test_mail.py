"""Letters against a real server: protected or not, taken, postponed, refused, or cut off."""

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest

from app.domain.errors import Invalid, MailDown
from app.domain.mail import (
    Attachment,
    Change,
    Entry,
    Letter,
    MailSettings,
    Outcome,
    Security,
    Words,
)
from app.gateways.calendars import IcsCalendars
from app.gateways.letters import TemplateComposer, language_for
from app.gateways.mail import SmtpPostman
from tests.mail_server import SENDER, authority, mail_server, parts, settings

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def letter(address="ida@example.org", name="Ida", **changes):
    values = {
        "id": "0198c0de-0000-7000-8000-000000000001",
        "name": name,
        "address": address,
        "words": Words("Your tickets", "Hello Ida\n", "<p>Hello Ida</p>"),
        "at": NOON,
    }
    return Letter(**values | changes)


@pytest.fixture(scope="module")
def certificates():
    return authority()


def post(settings, *letters, trust=None, password=None):
    with SmtpPostman(trust=trust, timeout=5).open(settings, password=password) as way:
        return [way.send(one) for one in letters]


# -- the way there -------------------------------------------------------------------------------


@pytest.mark.parametrize("security", list(Security))
def test_a_letter_arrives_whole(security, certificates):
    serving, trusting = certificates
    pdf = Attachment("T1-00001.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    with mail_server(security=security, context=serving) as (mailbox, way):
        assert post(way, letter(attachments=(pdf,)), trust=trusting)[0].outcome is Outcome.SENT
    (taken,) = mailbox.letters
    assert taken["From"] == f"Lanternhaus <{SENDER}>"
    assert taken["To"] == "Ida <ida@example.org>"
    assert taken["Subject"] == "Your tickets"
    assert taken["Message-ID"] == "<0198c0de-0000-7000-8000-000000000001@lanternhaus.example>"
    assert taken["Date"].datetime == NOON
    assert taken["Auto-Submitted"] == "auto-generated"
    found = parts(taken)
    assert found["text/plain"] == ["Hello Ida\n"]
    assert found["text/html"] == ["<p>Hello Ida</p>\n"]
    assert found["application/pdf"] == [b"%PDF-1.7 \x00\xff"]
    assert [part.get_filename() for part in taken.iter_attachments()] == ["T1-00001.pdf"]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_who_signs_in_rightly_may_post(security, certificates):
    serving, trusting = certificates
    with mail_server(security=security, context=serving, password="props") as (mailbox, way):
        own = replace(way, user="till")
        post(own, letter(), trust=trusting, password="props")
        assert len(mailbox.raw) == 1
        with pytest.raises(MailDown) as caught:
            post(own, letter(), trust=trusting, password="wrong")
    assert (caught.value.reason, caught.value.said[:3]) == ("login", "535")
    assert len(mailbox.raw) == 1


def test_a_server_that_wants_a_sign_in_and_gets_none_takes_nothing(certificates):
    serving, trusting = certificates
    server = mail_server(security=Security.TLS, context=serving, password="props")
    with server as (mailbox, way), pytest.raises(MailDown) as caught:
        post(way, letter(), trust=trusting)
    assert caught.value.reason == "sender"
    assert mailbox.raw == []


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_nobody_vouches_for_is_not_trusted(security, certificates):
    serving, _ = certificates
    server = mail_server(security=security, context=serving, password="props")
    with server as (mailbox, way), pytest.raises(MailDown) as caught:
        post(way, letter(), trust=ssl.create_default_context())
    assert caught.value.reason == "certificate"
    assert mailbox.raw == []


def test_a_server_without_starttls_gets_no_password():
    with mail_server() as (mailbox, way), pytest.raises(MailDown) as caught:
        post(replace(way, security=Security.STARTTLS, user="till"), letter(), password="x")
    assert caught.value.reason == "no_tls"
    assert mailbox.raw == []


def test_nobody_there_is_said_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(MailDown) as caught:
            post(settings(taken.getsockname()[1]), letter())
    assert caught.value.reason == "unreachable"


def test_a_server_that_says_nothing_is_given_up_in_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with (
            pytest.raises(MailDown) as caught,
            SmtpPostman(timeout=0.2).open(settings(silent.getsockname()[1]), password=None),
        ):
            pass
    assert caught.value.reason == "unreachable"


# -- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["", "data "])
@pytest.mark.parametrize(
    ("said", "outcome"),
    [("550 5.1.1 No such user", Outcome.REFUSED), ("451 4.2.1 Later", Outcome.POSTPONED)],
)
def test_one_address_refused_keeps_no_other_from_its_letter(stage, said, outcome):
    with mail_server() as (mailbox, way):
        mailbox.answers["gone@example.org"] = stage + said
        answers = post(way, letter("gone@example.org"), letter())
    assert (answers[0].outcome, answers[0].said) == (outcome, said)
    assert answers[1].outcome is Outcome.SENT
    assert len(mailbox.raw) == 1


def test_a_connection_cut_off_while_sending_leaves_doubt():
    with mail_server() as (mailbox, way):
        mailbox.answers["ida@example.org"] = "data drop"
        with pytest.raises(MailDown) as caught:
            post(way, letter())
    assert caught.value.reason == "dropped"


def test_a_server_that_shuts_down_is_away_and_refuses_nobody():
    with mail_server() as (mailbox, way):
        mailbox.answers["ida@example.org"] = "421 4.3.2 Shutting down"
        with pytest.raises(MailDown) as caught:
            post(way, letter())
    assert caught.value.reason == "unreachable"


def test_a_refused_sender_is_the_houses_trouble_not_the_letters():
    with mail_server() as (mailbox, way):
        mailbox.sender_answer = "550 5.7.1 Not your address"
        with pytest.raises(MailDown) as caught:
            post(way, letter())
    assert (caught.value.reason, caught.value.said) == ("sender", "550 5.7.1 Not your address")


# -- hostile and foreign text --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Łukasz",
        "山田 太郎",
        "مريم",
        "Ida\r\nBcc: all@example.org",
        'A "quoted", name',
        "🎭",
        "x" * 200,
    ],
)
def test_any_name_can_be_written_to_and_none_adds_a_header(name):
    with mail_server() as (mailbox, way):
        assert post(way, letter(name=name))[0].outcome is Outcome.SENT
    (taken,) = mailbox.letters
    assert taken["To"].addresses[0].display_name == " ".join(name.split())
    assert taken["To"].addresses[0].addr_spec == "ida@example.org"
    assert taken["Bcc"] is None


def test_ten_thousand_letters_of_every_script_come_out_as_they_went_in():
    text = ("Ünïcödé 山田 مريم 🎭 . \n" * 500) + "." + "x" * 3000 + "\n.\nend\n"
    with mail_server() as (mailbox, way):
        post(way, letter(words=Words("S" * 150, text, f"<p>{text}</p>")))
    (taken,) = mailbox.letters
    assert parts(taken)["text/plain"] == [text]
    assert taken["Subject"] == "S" * 150


@pytest.mark.parametrize("address", ["idä@example.org", "ida@bücher.example"])
def test_addresses_beyond_ascii_are_written_to(address):
    with mail_server() as (mailbox, way):
        assert post(way, letter(address))[0].outcome is Outcome.SENT
    assert len(mailbox.raw) == 1


@pytest.mark.parametrize("address", ["ida", "a b@example.org", "ida@exa..mple", "ida@" + "x" * 80])
def test_an_address_no_header_can_hold_is_refused_here(address):
    with mail_server() as (_, way):
        answers = post(way, letter(address), letter())
    assert answers[0].outcome is Outcome.REFUSED
    assert answers[1].outcome is Outcome.SENT


# -- settings ------------------------------------------------------------------------------------


def test_what_leaves_this_computer_is_always_protected():
    fine = settings(25, Security.NONE)
    assert fine.checked() == fine
    for host in ("127.0.0.2", "::1", "LOCALHOST"):
        assert replace(fine, host=host).checked().host == host
    with pytest.raises(Invalid) as caught:
        replace(fine, host="mail.example.org").checked()
    assert caught.value.problems == {"security": "loopback_only"}


def test_every_field_that_does_not_fit_is_named():
    with pytest.raises(Invalid) as caught:
        MailSettings("a b", 0, Security.TLS, "", "n" * 201, "nobody", 200).checked()
    assert set(caught.value.problems) == {
        "host",
        "port",
        "sender_name",
        "sender_address",
        "remind_hours",
    }


# -- words ---------------------------------------------------------------------------------------

CONTENT = {
    "number": "T1-00042",
    "total": 9600,
    "currency": "EUR",
    "status": "paid",
    "performances": [
        {
            "id": "p",
            "title": "The <b>Winter</b> Garden",
            "venue": "Main House",
            "address": "Lantern Street 1",
            "starts_at": "2026-11-27T19:00:00+00:00",
            "doors_at": "2026-11-27T18:30:00+00:00",
            "zone": "Europe/Berlin",
            "tickets": [
                {"seat": "F-7", "zone": "Stalls", "price_type": "Adult", "price": 4800},
                {"seat": "F-8", "zone": "Stalls", "price_type": "Adult", "price": 4800},
            ],
        }
    ],
}


def compose(kind, content=None, *, name="Ida", language=""):
    return TemplateComposer().compose(
        kind, CONTENT | (content or {}), name=name, language=language, house="Lanternhaus"
    )


def test_a_confirmation_says_what_where_when_and_how_much():
    words = compose("booking_confirmed")
    assert words.subject == "Your tickets: The <b>Winter</b> Garden, Fri 27 Nov, 20:00"
    for said in ("T1-00042", "Friday 27 November 2026, 20:00", "Doors 19:30", "F-8", "€96.00"):
        assert said in words.text
        assert said in words.html


def test_html_in_names_stays_a_name():
    words = compose("message", {"subject": "<i>", "text": "a <script>x</script>"}, name="<u>Ida")
    for tag in ("<i>", "<script>", "<u>", "<b>"):
        assert tag not in words.html
    assert "&lt;script&gt;x&lt;/script&gt;" in words.html
    assert "a <script>x</script>" in words.text


def test_template_signs_in_what_people_typed_are_only_text():
    words = compose("message", {"subject": "{{ 7 * 7 }}", "text": "{% raw %}{{ c }}"})
    assert words.subject == "{{ 7 * 7 }}"
    assert "{% raw %}{{ c }}" in words.text


def test_a_move_shows_both_dates_and_only_what_changed():
    words = compose(
        "event_updated",
        {
            "old_starts_at": "2026-11-26T19:00:00+00:00",
            "new_starts_at": "2026-11-27T19:00:00+00:00",
            "old_zone": "Europe/Berlin",
            "zone": "Europe/Berlin",
            "old_venue": "Main House",
            "new_venue": "Main House",
            "note": "The tenor is ill.",
        },
    )
    assert "Before: Thursday 26 November 2026, 20:00" in words.text
    assert "Now: Friday 27 November 2026, 20:00" in words.text
    assert "Venue" not in words.text
    assert "The tenor is ill." in words.text


def test_an_exchange_shows_the_seats_before_and_now_and_what_moves():
    words = compose(
        "exchanged", {"old_seats": ["A-1"], "new_seats": ["D-1"], "paid": 0, "refunded": 1000}
    )
    assert "Seats\n  Before: A-1\n  Now: D-1" in words.text
    assert "Going back to you: €10.00" in words.text
    assert "old tickets no longer open the door" in words.text
    more = compose("exchanged", {"old_seats": [], "new_seats": ["D-1"], "paid": 4000}).text
    assert "has more tickets now" in more
    assert "Paid: €40.00" in more


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "kind",
    "booking_confirmed booking_cancelled exchanged payment_received payment_failed refunded event_updated"
    " performance_cancelled reservation_expiring reservation_expired reminder message sold_out"
    " low_availability test".split(),
)
def test_every_kind_has_words_in_every_language_even_for_bare_facts(kind, language):
    for content in (CONTENT, {}):
        words = TemplateComposer().compose(kind, content, name="", language=language, house="")
        assert words.subject or kind == "message"
        assert words.text.strip()
        assert "None" not in words.text


def test_a_reader_is_written_to_in_their_language_if_there_are_words_for_it():
    assert compose("booking_confirmed", language="de_CH").subject.startswith("Ihre Karten")
    assert compose("booking_confirmed", language="fi").subject.startswith("Your tickets")
    assert language_for("../../../etc/passwd") == "en"


def test_amounts_follow_the_currency():
    assert "¥1,200" in compose("booking_confirmed", {"total": 1200, "currency": "JPY"}).text
    assert "1.200" in compose("booking_confirmed", {"total": 1200, "currency": "KWD"}).text


def test_a_party_of_hundreds_is_counted_not_listed():
    tickets = [{"seat": f"A-{n}", "price": 100} for n in range(500)]
    performances = [CONTENT["performances"][0] | {"tickets": tickets}]
    text = compose("booking_confirmed", {"performances": performances}).text
    assert "A-29" in text
    assert "A-30" not in text
    assert "and 470 more" in text


# -- calendars -----------------------------------------------------------------------------------


def entry(**changes):
    values = {
        "uid": "b.p@houselights",
        "title": "Winter, Garden; \\ Act 1\nnext",
        "venue": "Main House",
        "address": "Lantern Street 1",
        "starts_at": datetime(2026, 11, 27, 19, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "seats": ("F-7", "F-8"),
        "number": "T1-00042",
        "change": Change.ADD,
        "revision": 0,
        "at": NOON,
    }
    return Entry(**values | changes)


def read(attachment):
    calendar = icalendar.Calendar.from_ical(attachment.body)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_performance_stands_in_the_calendar_at_the_venues_time():
    calendar, event = read(IcsCalendars().attachment(entry(), sender=SENDER, name="a.ics"))
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == "b.p@houselights"
    assert event["DTSTART"].dt.isoformat() == "2026-11-27T20:00:00+01:00"
    assert str(event["SUMMARY"]) == "Winter, Garden; \\ Act 1\nnext"
    assert str(event["LOCATION"]) == "Main House, Lantern Street 1"
    assert "F-7, F-8" in event["DESCRIPTION"]


def test_a_cancelled_one_goes_under_the_same_uid_and_a_later_revision():
    gone = entry(change=Change.CANCEL, revision=60)
    calendar, event = read(IcsCalendars().attachment(gone, sender=SENDER, name="a.ics"))
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == ("b.p@houselights", 60)
