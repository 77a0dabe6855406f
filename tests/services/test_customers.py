"""Customers: found by any part, edited without losing anybody's words, brought in from a file."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.customer_sheets import Field, OnKnown, Outcome, Sheet, SheetRow, propose
from app.domain.customers import Contact, CustomerLine
from app.domain.errors import Conflict, Denied, Invalid, NotFound, SheetRefused
from app.domain.facts import UserChanged
from app.domain.users import Role
from app.domain.values import Money
from app.services.customers import CustomerService
from tests.builders import Theatre

HTML = '<b onclick="x()">Bobby</b> & Söhne'


@pytest.fixture
def customers(house: Theatre) -> CustomerService:
    return house.services.customers


@pytest.fixture
def add(house: Theatre):
    def add(name: str, email: str = "", phone: str = "", notes: str = "") -> CustomerLine:
        return house.services.customers.add(Contact(name, email, phone, notes), by=house.cashier)

    return add


@pytest.fixture
def names(house: Theatre):
    def names(text: str = "", **page) -> list[str]:
        found = house.services.customers.find(text, by=house.cashier, **page)
        return [line.name for line in found]

    return names


def sheet(*rows: str, header: str = "Name;E-Mail;Telefon;Notiz") -> Sheet:
    cells = [tuple(row.split(";")) for row in (header, *rows)]
    lines = tuple(SheetRow(number, row) for number, row in enumerate(cells[1:], start=2))
    return Sheet("customers.csv", "utf-8", ";", cells[0], lines)


# --- finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna", "Anna Müller"),
        ("MÜLL", "Anna Müller"),
        ("muller", "Anna Müller"),
        ("müller anna", "Anna Müller"),
        ("a.m@x", "Anna Müller"),
        ("0151 2345", "Anna Müller"),
        ("+49 (151) 23", "Anna Müller"),
        ("0049 151 2345", "Anna Müller"),
        ("23-45-6", "Anna Müller"),
        ("lukasz", "Łukasz Dąbrowska"),
        ("田さ", "山田さくら"),
        ("ΣΟΦΊΑ", "Σοφία Παπά"),
        ("ипе", "Ипек"),
        ("STRASSE", "Otto Straße"),
        ("%", "100 % Theater"),
        ("_under", "_under"),
        ("\\", "back\\slash"),
        ("'; drop", "Robert'; DROP TABLE users"),
    ],
)
def test_somebody_is_found_by_any_part_in_any_script(add, names, typed, found):
    add("Anna Müller", "A.M@x.org", "+49 151 23 45 67")
    for name in (
        "Łukasz Dąbrowska,山田さくら,Σοφία Παπά,Ипек,Otto Straße,100 % Theater,_under,back\\slash,"
        "Robert'; DROP TABLE users"
    ).split(","):
        add(name)
    assert names(typed) == [found]


def test_nothing_typed_finds_everybody_by_name_and_no_staff(add, names, house, customers):
    for name in ("Zoë", "anna", "Bertha"):
        add(name)
    assert names() == ["anna", "Bertha", "Zoë"]
    assert names("carla") == []
    assert customers.count(by=house.cashier) == 3


def test_pages_follow_each_other_without_gap_or_repetition(add, names, house, customers):
    for number in range(25):
        add(f"Guest {number:02}")
    read = [name for start in range(0, 30, 10) for name in names("guest", limit=10, after=start)]
    assert read == [f"Guest {number:02}" for number in range(25)]
    assert customers.count("guest 1", by=house.cashier) == 12  # 01, 10 to 19, 21


# --- adding and editing ------------------------------------------------------------------------


def test_what_is_typed_of_a_customer_is_put_right_and_kept_as_text(house, customers, add):
    line = add(f"  {HTML}\n ", " a@x.org ", " 030  1 ", "one\r\ntwo\0")
    page = customers.customer(line.id, by=house.cashier)
    assert page.customer.contact == Contact(HTML, "a@x.org", "030 1", "one\ntwo")
    assert page.spent == ()
    assert [note.action for note in page.acts] == ["added"]


def test_every_field_that_does_not_fit_is_named_at_once(customers, house):
    with pytest.raises(Invalid) as refused:
        customers.add(Contact(" ", "nobody", "none", "x" * 20_001), by=house.cashier)
    assert refused.value.problems == {
        "name": "missing",
        "email": "not_an_email",
        "phone": "not_a_phone",
        "notes": "too_long",
    }
    with pytest.raises(Invalid) as refused:
        customers.add(Contact("x" * 10_000), by=house.cashier)
    assert refused.value.problems == {"name": "too_long"}


def test_an_address_belongs_to_one_person_whatever_its_case(customers, house, add):
    add("Anna", "anna@x.org")
    for taken in ("ANNA@x.org", "carla@example.org"):
        with pytest.raises(Invalid) as refused:
            customers.add(Contact("Other", taken), by=house.cashier)
        assert refused.value.problems == {"email": "taken"}


def test_many_customers_have_no_address(add, names):
    for name in ("Anna", "Bertha"):
        add(name)
    assert names() == ["Anna", "Bertha"]


def test_who_edits_an_older_state_is_told_and_changes_nothing(customers, house, add):
    line = add("Anna", "anna@x.org", "", "likes the aisle")
    first = customers.customer(line.id, by=house.cashier).customer
    second = customers.edit(
        line.id, replace(first.contact, phone="030 1"), version=first.version, by=house.cashier
    )
    assert (second.phone, second.version) == ("030 1", first.version + 1)
    with pytest.raises(Conflict):
        customers.edit(line.id, Contact("Anne"), version=first.version, by=house.admin)
    page = customers.customer(line.id, by=house.cashier)
    assert page.customer == second
    assert page.acts[0].body == {"phone": ["", "030 1"]}
    assert page.acts[0].user == "Carla"


def test_an_edited_customer_is_found_by_the_new_words_only(customers, house, add, names):
    line = add("Anna", "anna@x.org")
    customers.edit(line.id, Contact("Bertha"), version=1, by=house.cashier)
    assert (names("bertha"), names("anna")) == (["Bertha"], [])


def test_saving_without_a_change_writes_nothing(customers, house, add):
    line = add("Anna")
    told = []
    house.services.bus.listen(told.append)
    same = customers.edit(line.id, Contact("Anna "), version=1, by=house.cashier)
    assert (same.version, told) == (1, [])


def test_staff_are_no_customers(customers, house):
    with pytest.raises(NotFound):
        customers.customer(house.cashier.user_id, by=house.admin)
    with pytest.raises(NotFound):
        customers.edit(house.cashier.user_id, Contact("Me"), version=1, by=house.admin)


def test_whoever_may_not_is_refused_in_every_method(customers, house, tmp_path):
    for role in (Role.CUSTOMER, Role.ORGANIZER):
        by = replace(house.cashier, role=role)
        for act in (
            lambda by=by: customers.find(by=by),
            lambda by=by: customers.count(by=by),
            lambda by=by: customers.customer("x", by=by),
            lambda by=by: customers.add(Contact("A"), by=by),
            lambda by=by: customers.edit("x", Contact("A"), version=1, by=by),
            lambda by=by: customers.read_sheet(tmp_path, by=by),
            lambda by=by: customers.preview(sheet(), {}, by=by),
            lambda by=by: customers.bring_in(sheet(), {}, by=by),
            lambda by=by: customers.write_file(tmp_path, by=by),
            lambda by=by: customers.write_rows(tmp_path, (), (), by=by),
        ):
            with pytest.raises(Denied):
                act()


# --- the page ----------------------------------------------------------------------------------


def test_the_page_tells_what_was_booked_and_paid(customers, house, add):
    line = add("Anna", "anna@x.org")
    tickets = house.services.tickets
    tickets.sell(house.order("A-1", "A-2", customer_id=line.id), by=house.cashier)
    house.clock.pass_by(minutes=1)
    second = tickets.sell(house.order("D-1", customer_id=line.id), by=house.cashier)
    tickets.sell(house.order("D-2"), by=house.cashier)
    page = customers.customer(line.id, by=house.cashier)
    assert [b.tickets for b in page.bookings] == [1, 2]
    assert page.bookings[0].number == second.number
    assert page.bookings[0].titles == "The Winter Garden"
    assert sorted(t.seat for t in page.tickets) == ["A-1", "A-2", "D-1"]
    assert [m.amount for m in page.money] == [Money(3000, "EUR"), Money(8000, "EUR")]
    assert page.spent == (Money(11000, "EUR"),)
    assert (page.counts.bookings, page.counts.tickets, page.counts.money) == (2, 3, 2)


# --- importing ---------------------------------------------------------------------------------


def bring_in(house: Theatre, table: Sheet, **more) -> Outcome:
    return house.services.customers.bring_in(table, propose(table), by=house.cashier, **more)


def test_good_rows_come_in_and_every_bad_one_is_named_with_its_line(house, names):
    table = sheet(
        "Anna;anna@x.org;030 1;",
        ";nobody@x.org;;",
        "Bertha;not an address;;",
        "Anne;ANNA@x.org;;",
        "Me;carla@example.org;;",
        f"{'x' * 201};;{'1' * 41};",
        "Chris",
        "Chris;;;again",
        "=1+1;;;",
        f"{HTML.replace(';', ',')};;;",
    )
    done = bring_in(house, table)
    assert [(bad.row.line, bad.field, bad.problem, bad.of) for bad in done.bad] == [
        (3, Field.NAME, "missing", 0),
        (4, Field.EMAIL, "not_an_email", 0),
        (5, Field.EMAIL, "duplicate", 2),
        (6, Field.EMAIL, "staff", 0),
        (7, Field.NAME, "too_long", 0),
        (7, Field.PHONE, "too_long", 0),
        (9, Field.NAME, "duplicate", 8),
    ]
    assert (done.added, done.updated, done.same) == (4, 0, 0)
    assert set(names()) == {"Anna", "Chris", "=1+1", HTML.replace(";", ",")}


def test_an_import_run_twice_adds_nobody_twice(house, names):
    table = sheet("Anna;anna@x.org;;", "Bertha;;030 1;", "Chris;;;")
    assert bring_in(house, table).added == 3
    again = bring_in(house, table)
    assert (again.added, again.updated, again.same) == (0, 0, 3)
    assert names() == ["Anna", "Bertha", "Chris"]


def test_known_ones_are_updated_and_lose_nothing_or_are_left_alone(house, customers, add):
    line = add("Anna", "anna@x.org", "030 1", "likes the aisle")
    table = sheet("Anna Müller;ANNA@x.org;;friend", "New;;;")
    left = bring_in(house, table, known=OnKnown.SKIP)
    assert (left.added, left.same) == (1, 1)
    assert customers.customer(line.id, by=house.cashier).customer.name == "Anna"
    done = bring_in(house, table)
    assert (done.updated, done.same) == (1, 1)
    page = customers.customer(line.id, by=house.cashier)
    assert page.customer.contact == Contact(
        "Anna Müller", "anna@x.org", "030 1", "likes the aisle\nfriend"
    )
    assert page.customer.version == 2
    assert page.acts[0].body["name"] == ["Anna", "Anna Müller"]


def test_the_preview_says_what_the_import_does(house, customers, add):
    add("Anna", "anna@x.org")
    table = sheet("Anna;anna@x.org;;", "Bertha;;;", ";;;x")
    preview = customers.preview(table, propose(table), by=house.cashier)
    assert (preview.new, preview.known, len(preview.bad)) == (1, 1, 1)
    done = bring_in(house, table)
    assert (done.added, done.same, done.bad) == (1, 1, preview.bad)


def test_an_import_that_is_stopped_keeps_what_came_in_and_can_be_run_on(house, customers):
    table = sheet(*(f"Guest {number};;;" for number in range(1200)))
    told = []

    def stop(done: int, whole: int) -> bool:
        told.append((done, whole))
        return False

    first = bring_in(house, table, progress=stop)
    assert told == [(500, 1200)]
    assert (first.added, first.left) == (500, 700)
    second = bring_in(house, table)
    assert (second.added, second.same) == (700, 500)
    assert customers.count(by=house.cashier) == 1200


def test_an_import_without_a_column_for_the_name_is_refused(house, customers):
    with pytest.raises(SheetRefused) as refused:
        customers.bring_in(sheet("a;b;c;d"), {Field.EMAIL: 1}, by=house.cashier)
    assert refused.value.problem == "no_name"


def test_an_import_is_told_once_and_not_at_all_when_it_changed_nothing(house):
    told = []
    house.services.bus.listen(told.append)
    table = sheet(*(f"Guest {number};;;" for number in range(1200)))
    bring_in(house, table)
    bring_in(house, table)
    assert told == [UserChanged()]


def test_two_imports_of_one_file_at_once_add_nobody_twice(house, customers):
    table = sheet(*(f"Guest {number};guest{number}@x.org;;" for number in range(1500)))
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(bring_in, house, table) for _ in range(2)]
        done = [run.result() for run in runs]
    assert sum(each.added for each in done) == customers.count(by=house.cashier) == 1500
    assert [each.added + each.same for each in done] == [1500, 1500]


def test_what_is_exported_comes_back_as_it_was(house, customers, add, tmp_path: Path):
    contacts = [
        Contact("=SUM(A1)", "a@x.org", "+49 30 1", "line one\nline two"),
        Contact("'=quoted", "b@x.org", "", "-"),
        Contact('Comma, "Quote"; Semi', "c@x.org", "", "@home"),
        Contact(HTML, "d@x.org", "", "x" * 10_000),
        Contact("山田さくら", "", "", ""),
    ]
    for contact in contacts:
        customers.add(contact, by=house.cashier)
    path = tmp_path / "customers.csv"
    assert customers.write_file(path, by=house.cashier) == 5
    text = path.read_text(encoding="utf-8-sig")
    assert "'=SUM(A1)" in text
    assert ",+49" not in text
    read = customers.read_sheet(path, by=house.cashier)
    mapped = propose(read)
    assert mapped == {Field.NAME: 0, Field.EMAIL: 1, Field.PHONE: 2, Field.NOTES: 3}
    again = customers.bring_in(read, mapped, by=house.cashier)
    assert (again.same, again.added, again.updated, again.bad) == (5, 0, 0, ())
