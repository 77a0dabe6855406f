"""The season begins: house, mail, venue, event with its performances and prices, customers."""

import csv
from datetime import date, timedelta
from pathlib import Path

from app.domain.events import EventStatus
from tests.journeys.season_window import Key, Theatre
from ui.customers.edit_dialog import EditDialog
from ui.customers.import_dialog import ImportDialog

PLAN_FILE = Path(__file__).parents[1] / "data" / "hall-1057-seats.pretix.json"
_SOON = date.today() + timedelta(days=14)  # noqa: DTZ011 - far enough for every clock
FIRST_DAY = _SOON + timedelta(days=(4 - _SOON.weekday()) % 7)  # a Friday
PERFORMANCES = 8
TITLE = "The Winter Garden"
BY_HAND = (
    ("Ida Ibsen", "ida@example.org", "+47 22 00 00 00"),
    ("Zoë Łukasz", "zoe@example.org", ""),
    ("山田 太郎", "taro@example.org", ""),
)
IMPORTED = 60


def open_house(house: Theatre) -> None:
    """The wizard: the house, its clock, its money, its first admin."""
    house.program.begin()
    wizard = house.program.wizard
    house.bring_up(wizard)
    house.picture("wizard")
    house.write(wizard.house, "Lantern House", key=None)
    house.write(wizard.zone, "vienna")
    assert (wizard.zone.text(), wizard.currency.choice()) == ("Europe/Vienna", "EUR")
    house.picture("wizard-house")
    house.click(wizard.about_house.button)
    house.write(wizard.name, "Ada Ames", key=Key.Key_Return)
    house.write(wizard.email, "ada@lantern.example", key=Key.Key_Return)
    house.write(wizard.password, "raise the lights", key=None)
    house.picture("wizard-admin")
    house.press(Key.Key_Return, on=wizard.password.edit)
    assert house.window is not None
    house.window.resize(1440, 900)
    house.bring_up(house.window)
    house.picture("first-window")


def set_up_mail(house: Theatre) -> None:
    """The mail server, as the settings dialog asks for it."""
    view = house.screen("notifications")
    house.picture("notifications-empty")
    house.click(view.settings)
    dialog = view.dialog
    house.bring_up(dialog)
    house.segment(dialog.security, "None, this computer only")
    house.write(dialog.host, house.way.host)
    house.write(dialog.port, str(house.way.port))
    house.write(dialog.sender_name, "Lantern House")
    house.write(dialog.sender_address, "tickets@lantern.example")
    house.write(dialog.to, "ada@lantern.example")
    house.click(dialog.test)
    house.wait(lambda: len(house.mailbox.raw) == 1)
    house.picture("mail-settings", dialog)
    house.click(dialog.save)
    house.bring_up(house.window)
    house.program.open_postroom()


def fit_out_venue(house: Theatre) -> None:
    """The wizard's venue gets its address, and the plan of a real hall."""
    view = house.screen("venues")
    assert [row.venue.name for row in view.list.rows.rows()] == ["Lantern House"]
    house.click_row(view.list.table, 0)
    assert view.page() is view.venue
    house.press(Key.Key_E, control=True)
    house.write(view.form.address, "Lantern Street 1\n1010 Vienna")
    house.picture("venue-form")
    house.press(Key.Key_S, control=True)
    view.houses.read_plan(PLAN_FILE)
    house.picture("venue-plan-read")
    house.click(view.venue.read.take)
    assert len(view.venue.map.house.plan) == 1057
    house.picture("venue")


def announce_event(house: Theatre) -> None:
    """Price types, an event, eight performances by a rule with their prices; published."""
    view = house.screen("events")
    house.picture("events-empty")
    house.click(view.list.kinds)
    for name, short in (("Adult", "Adult"), ("Student", "Stud.")):
        house.write(view.kinds_page.name, name, key=None)
        house.write(view.kinds_page.short, short, key=None)
        house.click(view.kinds_page.add_type)
    house.picture("price-types")
    house.press(Key.Key_Escape)
    assert view.page() is view.list
    house.press(Key.Key_N, control=True)
    assert view.page() is view.form
    house.write(view.form.title, TITLE)
    house.choose(view.form.category, "New category")
    house.write(view.form.new_category, "Drama", key=None)
    house.write(view.form.description, "A play in four acts.\nTwo hours and a half, one interval.")
    house.write(view.form.tax, "10")
    house.picture("event-form")
    house.press(Key.Key_S, control=True)
    assert view.page() is view.detail_page
    house.picture("event-without-performances")
    _performances(house, view)
    house.click(view.detail_page.publish)
    house.picture("event-published")
    stored = house.services.programme.event(view.detail.state.event_id, by=house.by)
    assert (stored.title, stored.status) == (TITLE, EventStatus.PUBLISHED)
    house.event_id = stored.id


def _performances(house: Theatre, view) -> None:
    house.click(view.detail_page.series)
    series = view.series
    house.write(series.times, "19:30")
    house.write(series.first, FIRST_DAY.isoformat())
    house.click(series.weekdays.days[6])
    assert [day.isChecked() for day in series.weekdays.days] == [False] * 4 + [True] * 3
    house.segment(series.ends, "After a number")
    assert series.count.value() == PERFORMANCES
    table = series.prices.table
    prices = "\n".join(f"{60 - 10 * n}\t{30 - 5 * n}" for n in range(table.prices.rowCount()))
    table.setCurrentIndex(table.prices.index(0, 0))
    table.paste(prices)
    house.picture("series")
    assert series.save.text() == f"Add {PERFORMANCES} performances"
    house.press(Key.Key_S, control=True)
    assert view.page() is view.detail_page
    assert view.detail_page.rows.rowCount() == PERFORMANCES
    house.picture("event-with-performances")


def bring_in_customers(house: Theatre, folder: Path) -> None:
    """Three written down by hand, sixty from a file in which two rows are no good."""
    view = house.screen("customers")
    house.picture("customers-empty")
    for name, email, phone in BY_HAND:
        house.press(Key.Key_N, control=True, on=view)
        dialog = house.dialog(EditDialog)
        house.write(dialog.form.name, name)
        house.write(dialog.form.email, email)
        house.write(dialog.form.phone, phone)
        house.press(Key.Key_S, control=True, on=dialog)
        house.closed(EditDialog)
    house.picture("customer-page")
    view.open_import(_file(folder / "subscribers.csv"))
    dialog = house.dialog(ImportDialog)
    house.picture("import", dialog)
    assert dialog.go.text() == f"Import {IMPORTED} customers"
    house.click(dialog.go)
    house.picture("import-done", dialog)
    assert f"{IMPORTED} added, 2 left out" in house.shown(dialog)
    house.click(dialog.go)
    house.closed(ImportDialog)
    assert house.services.customers.count(by=house.by) == len(BY_HAND) + IMPORTED
    house.picture("customers")


def _file(path: Path) -> Path:
    rows = [("Name", "E-Mail", "Telefon")]
    rows += [(f"Guest {n:02}", f"guest{n:02}@example.org", "") for n in range(IMPORTED)]
    rows += [("Nobody", "no address at all", ""), ("", "nameless@example.org", "")]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path
