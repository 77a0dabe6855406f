"""Events are made, changed, copied and put away by whoever may, and nobody's change is lost."""

from dataclasses import replace

import pytest

from app.domain.errors import (
    Conflict,
    Denied,
    Invalid,
    NotFound,
    SaleClosed,
    StillSold,
    StillToCome,
    StillUsed,
)
from app.domain.event_lists import EventFilter, EventOrder
from app.domain.events import EventStatus
from app.domain.facts import ProgrammeChanged
from app.domain.users import Role
from app.domain.values import new_id
from tests.builders import Theatre
from tests.services.stage import entry, full_prices, member, new_event, sold

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


@pytest.fixture
def made(house: Theatre):
    """A published event of a manager's."""
    manager = member(house, Role.MANAGER)
    return manager, house.services.programme.add_event(new_event(manager), by=manager)


def test_an_event_is_kept_as_it_was_entered_with_its_texts_trimmed(house: Theatre):
    manager = member(house, Role.MANAGER)
    event = new_event(
        manager, "  The \t Lighthouse ", description="  One.\n\nTwo.  ", category=" Opera "
    )
    added = house.services.programme.add_event(event, by=manager)
    assert added == house.services.programme.event(event.id, by=manager)
    assert (added.title, added.description, added.category) == (
        "The Lighthouse",
        "One.\n\nTwo.",
        "Opera",
    )
    assert "Opera" in [c.name for c in house.services.programme.categories(by=manager)]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"title": "  "}, {"title": "missing"}),
        ({"title": "x" * 201}, {"title": "too_long"}),
        ({"category": ""}, {"category": "missing"}),
        ({"description": "x" * 20_001}, {"description": "too_long"}),
        ({"tax_bp": -1}, {"tax": "negative"}),
        ({"tax_bp": 10_001}, {"tax": "too_large"}),
        ({"title": "", "category": ""}, {"title": "missing", "category": "missing"}),
        ({"organizer_id": new_id()}, {"organizer": "unknown"}),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(house: Theatre, changes, problems):
    manager = member(house, Role.MANAGER)
    with pytest.raises(Invalid) as refusal:
        house.services.programme.add_event(replace(new_event(manager), **changes), by=manager)
    assert refusal.value.problems == problems


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\u202e", "\x1b"])
def test_signs_that_break_a_database_or_a_line_are_left_out(house: Theatre, sign):
    manager = member(house, Role.MANAGER)
    event = new_event(manager, f"Light{sign}house", description=f"One.{sign}\r\nTwo.")
    added = house.services.programme.add_event(event, by=manager)
    assert (added.title, added.description) == ("Lighthouse", "One.\nTwo.")
    house.services.drafts.keep("event", "", {"title": sign}, by=manager)
    assert house.services.drafts.kept("event", by=manager).body == {"title": sign}


@pytest.mark.parametrize(
    "text", ["Ω ليلة 夜 🎭", "=1+1", "<b>bold</b>", "'; DROP TABLE events", "50 % off_"]
)
def test_any_text_is_a_title_and_is_found_again(house: Theatre, text):
    manager = member(house, Role.MANAGER)
    house.services.programme.add_event(new_event(manager, text), by=manager)
    (row,) = house.services.events.events(EventFilter(text=text), by=manager).rows
    assert row.title == text


def test_a_change_says_what_was_and_what_is(house: Theatre, made):
    manager, event = made
    edited = house.services.programme.edit_event(
        replace(event, title="Beacon", tax_bp=1900), by=manager
    )
    assert edited.version == event.version + 1
    page = house.services.events.detail(event.id, by=manager)
    assert page.event == edited
    newest = page.history[0]
    assert (newest.action, newest.user) == ("edited", "Manager")
    assert newest.body == {"title": ["The Lighthouse", "Beacon"], "tax_bp": [700, 1900]}


def test_saving_without_a_change_changes_nothing(house: Theatre, made):
    manager, event = made
    assert house.services.programme.edit_event(event, by=manager) == event
    assert len(house.services.events.detail(event.id, by=manager).history) == 1


def test_the_later_of_two_edits_is_told_what_the_other_changed_and_may_save_again(
    house: Theatre, made
):
    manager, event = made
    programme = house.services.programme
    programme.edit_event(replace(event, title="Beacon"), by=house.admin)
    mine = replace(event, description="Mine.")
    with pytest.raises(Conflict) as refusal:
        programme.edit_event(mine, by=manager)
    theirs = refusal.value.theirs
    assert theirs.title == "Beacon"
    merged = replace(mine, title=theirs.title, version=theirs.version)
    assert programme.edit_event(merged, by=manager).description == "Mine."


def test_an_organizer_reaches_only_own_events(house: Theatre, made):
    manager, others = made
    services, organizer = house.services, member(house, Role.ORGANIZER)
    own = services.programme.add_event(new_event(organizer, "Mine"), by=organizer)
    assert [row.title for row in services.events.events(by=organizer).rows] == ["Mine"]
    assert services.events.detail(own.id, by=organizer).event == own
    for act in (
        lambda: services.programme.event(others.id, by=organizer),
        lambda: services.events.detail(others.id, by=organizer),
        lambda: services.programme.edit_event(others, by=organizer),
        lambda: services.programme.edit_event(
            replace(others, organizer_id=organizer.user_id), by=organizer
        ),
        lambda: services.programme.edit_event(
            replace(own, organizer_id=manager.user_id), by=organizer
        ),
        lambda: services.programme.add_event(new_event(manager), by=organizer),
        lambda: services.programme.delete_event(others.id, version=1, by=organizer),
        lambda: services.programme.duplicate_event(others.id, title="Copy", by=organizer),
        lambda: services.programme.set_poster(others.id, SVG, version=1, by=organizer),
        lambda: services.schedule.add_performance(others.id, entry(house), prices={}, by=organizer),
        lambda: services.schedule.performance(house.performance.id, by=organizer),
        lambda: services.schedule.delete_performance(house.performance.id, version=1, by=organizer),
        lambda: services.prices.prices(house.performance.id, by=organizer),
        lambda: services.prices.set_prices(house.performance.id, {}, version=1, by=organizer),
        lambda: services.prices.add_price_type("Member", short="M", by=organizer),
    ):
        with pytest.raises(Denied):
            act()
    assert [o.name for o in services.programme.organizers(by=organizer)] == ["Organizer"]


@pytest.mark.parametrize("role", [Role.CASHIER, Role.CUSTOMER])
def test_whoever_does_not_make_the_programme_sees_no_drafts_no_figures_no_history(
    house: Theatre, made, role
):
    _, event = made
    services, reader = house.services, member(house, role)
    draft = services.programme.add_event(
        new_event(house.admin, "Secret", status=EventStatus.DRAFT), by=house.admin
    )
    page = services.events.events(by=reader)
    assert "Secret" not in [row.title for row in page.rows]
    assert {row.takings for row in page.rows} == {None}
    detail = services.events.detail(event.id, by=reader)
    assert (detail.sales, detail.history) == ((), ())
    with pytest.raises(NotFound):
        services.events.detail(draft.id, by=reader)
    with pytest.raises(Denied):
        services.programme.edit_event(event, by=reader)
    asked = EventFilter(statuses=frozenset({EventStatus.DRAFT}))
    assert "Secret" not in [row.title for row in services.events.events(asked, by=reader).rows]


def test_everybody_who_looks_is_told_of_a_change(house: Theatre, made):
    manager, event = made
    heard = []
    house.services.bus.listen(heard.append)
    house.services.programme.edit_event(replace(event, title="Beacon"), by=manager)
    assert ProgrammeChanged(event.id) in heard


# --- status -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"), [(EventStatus.DRAFT, "draft"), (EventStatus.CANCELLED, "cancelled")]
)
def test_nothing_of_an_event_that_is_a_draft_or_cancelled_is_sold(house: Theatre, status, reason):
    stored = house.services.programme.event(house.event.id, by=house.admin)
    house.services.programme.edit_event(replace(stored, status=status), by=house.admin)
    with pytest.raises(SaleClosed) as refusal:
        sold(house, "A-1")
    assert refusal.value.reason == reason
    assert house.services.events.line(house.performance.id, by=house.cashier).status.value == reason


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_what_is_sold_is_not_taken_back_by_a_status(house: Theatre, status):
    sold(house, "A-1", "A-2")
    stored = house.services.programme.event(house.event.id, by=house.admin)
    with pytest.raises(StillSold) as refusal:
        house.services.programme.edit_event(replace(stored, status=status), by=house.admin)
    assert refusal.value.tickets == 2


def test_an_event_is_put_away_when_nothing_of_it_is_to_come(house: Theatre):
    stored = house.services.programme.event(house.event.id, by=house.admin)
    archived = replace(stored, status=EventStatus.ARCHIVED)
    with pytest.raises(StillToCome) as refusal:
        house.services.programme.edit_event(archived, by=house.admin)
    assert refusal.value.performances == 1
    house.clock.pass_by(days=30)
    assert (
        house.services.programme.edit_event(archived, by=house.admin).status is EventStatus.ARCHIVED
    )


# --- deleted and copied -------------------------------------------------------------------------


def test_an_event_nobody_bought_can_go_with_all_that_is_its_own(house: Theatre):
    house.services.programme.delete_event(house.event.id, version=1, by=house.admin)
    assert house.services.events.programme(by=house.admin) == ()
    with pytest.raises(NotFound):
        house.services.events.detail(house.event.id, by=house.admin)


def test_an_event_that_was_sold_stays_even_when_the_tickets_came_back(house: Theatre):
    booking = sold(house, "A-1")
    house.services.bookings.cancel(booking.id, ticket_ids=None, reason="ill", by=house.cashier)
    with pytest.raises(StillSold) as refusal:
        house.services.programme.delete_event(house.event.id, version=1, by=house.admin)
    assert (refusal.value.what, refusal.value.tickets) == ("event", 1)


def test_an_event_in_somebodys_basket_stays_until_the_hold_is_over(house: Theatre):
    seats = house.seats("A-1", "A-2")
    house.services.tickets.hold(house.performance.id, seats, basket_id=new_id(), by=house.cashier)
    with pytest.raises(StillSold) as refusal:
        house.services.programme.delete_event(house.event.id, version=1, by=house.admin)
    assert (refusal.value.tickets, refusal.value.claims) == (0, 2)
    house.clock.pass_by(minutes=11)
    house.services.programme.delete_event(house.event.id, version=1, by=house.admin)


def test_an_older_version_is_not_deleted(house: Theatre, made):
    manager, event = made
    house.services.programme.edit_event(replace(event, title="Beacon"), by=manager)
    with pytest.raises(Conflict):
        house.services.programme.delete_event(event.id, version=event.version, by=manager)


def test_a_copy_is_a_draft_with_the_same_prices_at_the_same_hour_of_the_clock(house: Theatre):
    """From winter into summer: the instant moves by an hour less, the wall clock does not."""
    services = house.services
    copy = services.programme.duplicate_event(
        house.event.id, title="Again", shift_days=140, by=house.admin
    )
    assert copy.status is EventStatus.DRAFT
    (row,) = services.events.detail(copy.id, by=house.admin).performances
    assert row.performance.wall_time == "2027-04-16T20:00"
    assert row.performance.starts_at.isoformat() == "2027-04-16T18:00:00+00:00"
    prices = services.prices.prices
    old = prices(house.performance.id, by=house.admin)
    assert prices(row.performance.id, by=house.admin).amounts == old.amounts
    bare = services.programme.duplicate_event(house.event.id, title="Bare", by=house.admin)
    assert services.events.detail(bare.id, by=house.admin).performances == ()


# --- posters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 64, "image/jpeg"),
        (SVG, "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- hand drawn -->\n' + SVG, "image/svg+xml"),
    ],
)
def test_a_picture_becomes_the_poster(house: Theatre, made, body, media):
    manager, event = made
    edited = house.services.programme.set_poster(event.id, body, version=1, by=manager)
    poster = house.services.events.poster(edited.poster, by=house.cashier)
    assert (poster.body, poster.media) == (body, media)
    bare = house.services.programme.set_poster(event.id, None, version=2, by=manager)
    assert bare.poster == ""


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "missing"),
        (b"GIF89a" + b"\0" * 9, "not_a_picture"),
        (b"<html><svg></svg></html>", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 2_000_000, "picture_too_large"),
        (SVG.replace(b"<rect", b"<script>alert(1)</script><rect"), "active_picture"),
        (SVG.replace(b"<rect", b'<rect onload="alert(1)"'), "active_picture"),
        (
            SVG.replace(b"<rect", b'<image href="https://example.org/x.png"/><rect'),
            "active_picture",
        ),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "not_a_picture"),
        (b"<!---->" * 40 + b"<html></html>", "not_a_picture"),
        (SVG.replace(b"<rect", b"<x:script/><rect"), "active_picture"),
        (SVG.replace(b"<rect", b'<style>@import "x"</style><rect'), "active_picture"),
    ],
)
def test_what_is_no_plain_picture_is_refused_by_its_content(house: Theatre, made, body, problem):
    manager, event = made
    with pytest.raises(Invalid) as refusal:
        house.services.programme.set_poster(event.id, body, version=1, by=manager)
    assert refusal.value.problems == {"poster": problem}


# --- categories ---------------------------------------------------------------------------------


def test_categories_are_added_renamed_and_deleted_when_unused(house: Theatre):
    programme, by = house.services.programme, house.admin
    added = programme.add_category(" Circus ", by=by)
    assert [(c.name, c.events) for c in programme.categories(by=by)] == [
        ("Circus", 0),
        ("Drama", 1),
    ]
    for name in ("circus", "DRAMA"):
        with pytest.raises(Invalid) as refusal:
            programme.add_category(name, by=by)
        assert refusal.value.problems == {"category": "taken"}
    programme.rename_category(added.id, "CIRCUS", by=by)
    drama = programme.categories(by=by)[1]
    programme.rename_category(drama.id, "Theatre", by=by)
    assert programme.event(house.event.id, by=by).category == "Theatre"
    with pytest.raises(StillUsed) as used:
        programme.delete_category(drama.id, by=by)
    assert (used.value.name, used.value.uses) == ("Theatre", 1)
    programme.delete_category(added.id, by=by)
    with pytest.raises(NotFound):
        programme.delete_category(added.id, by=by)


# --- lists --------------------------------------------------------------------------------------


def test_a_row_says_what_was_sold_of_how_much_and_when_it_plays_next(house: Theatre):
    sold(house, "A-1", "A-2")
    (row,) = house.services.events.events(by=house.admin).rows
    assert (row.title, row.category, row.venues) == ("The Winter Garden", "Drama", "Playhouse")
    assert (row.sold, row.capacity, row.performances) == (2, 60, 1)
    assert row.next_at == house.performance.starts_at
    assert row.takings == house.euros(80)


def test_a_list_is_narrowed_and_sorted(house: Theatre, made):
    manager, event = made
    services = house.services
    services.schedule.add_performance(
        event.id, entry(house, "2026-11-26T20:00"), prices=full_prices(house), by=manager
    )
    never = services.programme.add_event(new_event(manager, "Aida", category="Opera"), by=manager)

    def titles(order=EventOrder.NEXT, **wanted):
        page = services.events.events(EventFilter(**wanted), order=order, by=manager)
        assert page.total == len(page.rows)
        return [row.title for row in page.rows]

    assert titles() == ["The Lighthouse", "The Winter Garden", "Aida"]
    assert titles(order=EventOrder.TITLE) == ["Aida", "The Lighthouse", "The Winter Garden"]
    assert titles(text="LIGHTHOUSE play") == ["The Lighthouse"]
    assert titles(text="opera") == ["Aida"]
    assert titles(text="manager") == ["The Lighthouse", "Aida"]
    assert titles(category="Drama") == ["The Lighthouse", "The Winter Garden"]
    assert titles(venue_id=house.plan.venue_id) == ["The Lighthouse", "The Winter Garden"]
    start = house.performance.starts_at
    assert titles(since=start) == ["The Winter Garden"]
    assert titles(until=start) == ["The Lighthouse"]
    assert titles(organizer_id=manager.user_id) == ["The Lighthouse", "Aida"]
    services.programme.edit_event(replace(never, status=EventStatus.DRAFT), by=manager)
    assert titles(statuses=frozenset({EventStatus.DRAFT})) == ["Aida"]
    page = services.events.events(offset=1, limit=1, by=manager)
    assert ([row.title for row in page.rows], page.total) == (["The Winter Garden"], 3)


def test_a_calendar_shows_what_plays_in_between(house: Theatre, made):
    manager, event = made
    for day in ("2026-12-04", "2026-12-05", "2027-01-05"):
        house.services.schedule.add_performance(
            event.id, entry(house, f"{day}T20:00"), prices={}, by=manager
        )
    start = house.performance.starts_at
    lines = house.services.events.calendar(
        since=start, until=start.replace(year=2027, month=1, day=1), by=manager
    )
    assert [line.title for line in lines] == [
        "The Winter Garden",
        "The Lighthouse",
        "The Lighthouse",
    ]
    only = house.services.events.calendar(
        since=start, until=start.replace(year=2027, month=1, day=1), event_id=event.id, by=manager
    )
    assert len(only) == 2


def test_the_page_of_an_event_adds_up(house: Theatre):
    sold(house, "A-1", "C-1", "C-2")
    house.services.tickets.block(
        house.performance.id, house.seats("A-9"), reason="Press", by=house.admin
    )
    house.services.tickets.hold(
        house.performance.id, house.seats("A-8"), basket_id=new_id(), by=house.cashier
    )
    page = house.services.events.detail(house.event.id, by=house.admin)
    (row,) = page.performances
    assert (row.sold, row.held, row.blocked, row.free, row.capacity) == (3, 1, 1, 55, 60)
    (sales,) = page.sales
    assert (sales.tickets, sales.bookings, sales.gross) == (3, 1, house.euros(100))
    assert [(t.name, t.tickets, t.gross) for t in sales.by_zone] == [
        ("Zone 2", 2, house.euros(60)),
        ("Zone 1", 1, house.euros(40)),
    ]
    assert [t.name for t in sales.by_price_type] == ["Adult"]
