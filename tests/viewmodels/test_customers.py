"""Customers on screen: edits that meet, files that come in, and whom a sale is for."""

from pathlib import Path

import pytest

from app.domain.customer_sheets import Field, OnKnown
from app.domain.customers import Contact, CustomerLine
from app.domain.errors import DatabaseUnavailable, FileUnusable
from tests.builders import Theatre
from ui.box_office.customer_search import CustomerSearch
from ui.customers.editing import Editing
from ui.customers.history import lines_of
from ui.customers.importing import Importing, Step, reason
from ui.customers.viewmodel import Customers
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def add(house: Theatre):
    def add(name: str, email: str = "", phone: str = "", notes: str = "") -> CustomerLine:
        return house.services.customers.add(Contact(name, email, phone, notes), by=house.cashier)

    return add


def contact_of(house: Theatre, customer_id: str) -> Contact:
    return house.services.customers.customer(customer_id, by=house.cashier).customer.contact


def editing(house: Theatre, customer_id: str = "", **more) -> Editing:
    service = house.services.customers
    customer = service.customer(customer_id, by=house.cashier).customer if customer_id else None
    return Editing(service, by=house.cashier, tasks=ImmediateTasks(), customer=customer, **more)


# --- two people editing the same customer ---------------------------------------------------------


def test_edits_of_different_fields_meet_without_losing_either(house, add):
    line = add("Anna", "anna@x.org", "030 1")
    mine, theirs = editing(house, line.id), editing(house, line.id)
    theirs.type(Contact("Anna", "anna@x.org", "030 2"))
    theirs.save()
    mine.type(Contact("Anna Müller", "anna@x.org", "030 1"))
    mine.save()
    assert mine.state.overtaken
    assert mine.state.typed == Contact("Anna Müller", "anna@x.org", "030 2")
    assert mine.state.theirs == {}
    mine.save()
    assert contact_of(house, line.id) == Contact("Anna Müller", "anna@x.org", "030 2")


def test_edits_of_the_same_field_keep_mine_typed_and_show_theirs(house, add):
    line = add("Anna", phone="030 1", notes="aisle")
    mine, theirs = editing(house, line.id), editing(house, line.id)
    theirs.type(Contact("Anna", phone="", notes="balcony"))
    theirs.save()
    mine.type(Contact("Anna", phone="030 3", notes="balcony"))
    mine.save()
    assert mine.state.typed == Contact("Anna", phone="030 3", notes="balcony")
    assert mine.state.theirs == {"phone": ""}
    assert contact_of(house, line.id).phone == ""
    mine.save()
    assert contact_of(house, line.id) == Contact("Anna", phone="030 3", notes="balcony")


def test_what_does_not_fit_stands_beside_its_field_and_is_kept(house):
    form = editing(house)
    saved = []
    form.saved.connect(saved.append)
    form.type(Contact("", "nobody", notes="kept"))
    form.save()
    assert set(form.state.problems) == {"name", "email"}
    assert form.state.typed.notes == "kept"
    form.type(Contact("Anna", "", notes="kept"))
    form.save()
    assert [line.name for line in saved] == ["Anna"]
    assert not form.state.dirty


# --- the list and the page ------------------------------------------------------------------------


@pytest.fixture
def screen(house: Theatre) -> Customers:
    relay = Relay(house.services.bus)
    made = Customers(
        house.services.customers, by=house.cashier, tasks=ImmediateTasks(), relay=relay
    )
    relay.setParent(made)
    return made


def test_the_list_asks_anew_for_another_search_only(screen, add):
    for name in ("Anna", "Bertha"):
        add(name)
    asked = []
    screen.asked.connect(asked.append)
    screen.load()
    screen.look_for("bert")
    screen.look_for("bert")
    assert [source.count() for source in asked] == [2, 1]
    assert [line.name for line in asked[1].read(0, 10)] == ["Bertha"]


def test_a_sale_to_the_open_customer_shows_on_their_page(screen, house, add):
    line = add("Anna")
    screen.came_in_sight()
    screen.open(line.id)
    house.services.tickets.sell(house.order("A-1", customer_id=line.id), by=house.cashier)
    (booking,) = lines_of(screen.state.page, "bookings")
    assert (booking.lead, booking.figure) == ("The Winter Garden", "€40.00")
    assert [ticket.figure for ticket in lines_of(screen.state.page, "tickets")] == ["€40.00"]
    assert [paid.lead for paid in lines_of(screen.state.page, "money")] == ["Cash"]
    assert [act.lead for act in lines_of(screen.state.page, "acts")] == ["Added by Carla"]


def test_a_screen_out_of_sight_catches_up_when_it_is_shown(screen, house, add):
    line = add("Anna")
    stale = []
    screen.stale.connect(lambda: stale.append(1))
    screen.open(line.id)
    editor = editing(house, line.id)
    editor.type(Contact("Anne"))
    editor.save()
    assert (screen.state.page.customer.name, stale) == ("Anna", [])
    screen.came_in_sight()
    assert (screen.state.page.customer.name, stale) == ("Anne", [1])


# --- importing ------------------------------------------------------------------------------------

ROWS = "Vorname;Nachname;E-Mail;Nr\nAnna;Müller;anna@x.org;1\n;;nobody@x.org;2\nBert;Blum;bad;3\n"


@pytest.fixture
def importing(house: Theatre) -> Importing:
    return Importing(house.services.customers, by=house.cashier, tasks=ImmediateTasks())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(ROWS, encoding="cp1252")
    return path


def test_a_file_is_read_mapped_and_looked_through(importing, file):
    importing.read(file)
    state = importing.state
    assert state.step is Step.MAPPING
    assert state.mapped == {Field.FIRST_NAME: 0, Field.LAST_NAME: 1, Field.EMAIL: 2}
    assert (state.incoming, state.preview.left_out) == (1, 2)
    assert [set(row.problems) for row in state.first] == [set(), {"name"}, {"email"}]
    assert [(bad.row.line, reason(bad)) for bad in state.bad] == [
        (3, "Name: Please fill this in."),
        (4, "E-mail: Type an address such as name@example.org."),
    ]


def test_another_mapping_is_looked_through_anew_and_a_field_has_one_column(importing, file):
    importing.read(file)
    importing.map(2, None)
    assert importing.state.incoming == 2
    importing.map(3, Field.FIRST_NAME)
    assert importing.state.mapped == {Field.LAST_NAME: 1, Field.FIRST_NAME: 3}
    assert importing.state.first[0].contact.name == "1 Müller"


def test_rows_come_in_and_those_left_out_can_be_saved_mended_and_imported(
    importing, file, house, tmp_path
):
    importing.read(file)
    importing.start()
    outcome = importing.state.outcome
    assert (importing.state.step, outcome.added, outcome.left_out) == (Step.DONE, 1, 2)
    left = tmp_path / "left.csv"
    importing.save_bad(left)
    text = left.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "Line,Reason,Vorname,Nachname,E-Mail,Nr"
    left.write_text(text.replace("bad", "bert@x.org"), encoding="utf-8")
    again = Importing(house.services.customers, by=house.cashier, tasks=ImmediateTasks())
    again.read(left)
    again.start()
    assert (again.state.outcome.added, again.state.outcome.left_out) == (1, 1)


def test_known_customers_count_only_when_they_are_to_be_updated(importing, file, add):
    add("Anna", "anna@x.org")
    importing.read(file)
    assert (importing.state.preview.new, importing.state.preview.known) == (0, 1)
    importing.choose_known(OnKnown.SKIP)
    assert importing.state.incoming == 0
    importing.start()
    assert importing.state.step is Step.MAPPING


def test_a_file_that_cannot_be_read_is_refused_in_words(importing, tmp_path):
    importing.read(tmp_path / "none.csv")
    assert importing.state.step is Step.REFUSED
    assert isinstance(importing.state.problem, FileUnusable)


# --- whom a sale is for ---------------------------------------------------------------------------


@pytest.fixture
def search(house: Theatre) -> CustomerSearch:
    return CustomerSearch(house.services.customers, by=house.cashier, tasks=ImmediateTasks())


def test_a_new_customer_is_chosen_at_once(search, add):
    chosen = []
    search.chosen.connect(chosen.append)
    search.add(Contact("Anna", "anna@x.org"))
    assert [line.email for line in chosen] == ["anna@x.org"]


def test_whose_address_it_is_already_is_offered(search, add):
    anna = add("Anna", "anna@x.org")
    search.add(Contact("Other", "ANNA@x.org "))
    assert search.state.problems == {"email": "taken"}
    assert search.state.owner == anna


def test_an_address_of_the_staff_is_offered_to_nobody(search):
    search.add(Contact("Other", "carla@example.org"))
    assert search.state.problems == {"email": "taken"}
    assert search.state.owner is None


def test_a_search_that_fails_says_so_and_keeps_what_was_found(search, add, house, monkeypatch):
    add("Anna")
    search.look_for("")

    def broken(*_, **__):
        raise DatabaseUnavailable("no_answer")

    monkeypatch.setattr(house.services.customers, "find", broken)
    search.look_for("b")
    assert search.state.problem == DatabaseUnavailable("no_answer")
    assert [line.name for line in search.state.lines] == ["Anna"]
