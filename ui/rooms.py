"""Every screen of the furnished demo theatre, for `houselights gallery`: real services, real data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QScrollBar, QWidget

from app.bootstrap import Services, build
from app.config import Settings
from app.demo.furnish import furnish
from app.demo.people import STAFF
from app.demo.posing import a_day_at_the_till, leave_in_doubt, settle_doubts
from app.domain.errors import Invalid, SeatTaken
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.payments import Tender
from app.domain.users import Operator, Role
from app.domain.values import Money
from ui import (
    gallery,
    rooms_bookings,
    rooms_counter,
    rooms_events,
    rooms_notifications,
    rooms_settings,
    theme,
)
from ui.application import Houselights, screens_for
from ui.box_office.customer_dialog import CustomerDialog
from ui.box_office.customer_search import CustomerSearch
from ui.box_office.payment_state import Asked, CardPhase
from ui.box_office.view import BoxOfficeView
from ui.customers.edit_dialog import EditDialog
from ui.customers.editing import Editing
from ui.customers.import_dialog import ImportDialog
from ui.customers.importing import Importing
from ui.customers.view import CustomersView
from ui.dashboard.view import DashboardView
from ui.login.demo_accounts import DEMO_ACCOUNTS
from ui.login.door import Door
from ui.login.view import LoginView
from ui.login.viewmodel import DemoAccount, SignIn, Staying
from ui.payments.drawer_dialog import CountDialog
from ui.payments.view import PaymentsView
from ui.payments.voucher_words import voucher_lines
from ui.relay import Relay
from ui.shell.crash import CrashDialog, describe
from ui.shell.help import HelpDialog
from ui.shell.window import Window
from ui.tasks import ImmediateTasks
from ui.users.dialogs import PersonDialog
from ui.users.house import House
from ui.users.house_dialog import HouseDialog
from ui.users.viewmodel import Users
from ui.widgets.chart import Chart
from ui.widgets.paper import PaperDialog
from ui.widgets.refund_dialog import RefundChoice, RefundDialog
from ui.wizard.joining import Joining
from ui.wizard.view import WizardView
from ui.wizard.viewmodel import Wizard

Room = tuple[str, Callable[[], QWidget]]


@dataclass(frozen=True)
class Theatre:
    """The demo, open, with its first cashier signed in."""

    services: Services
    house: Houselights
    operator: Operator

    def window(self, screen: str) -> Window:
        """The whole window with one screen open."""
        window = self.house.window_for(self.operator)
        window.go(screen)
        return window

    def counter(self, *, seated: bool, seats: int = 0) -> Window:
        """The box office with tonight's (or the next) performance and a basket of the best seats."""
        window = self.window("box_office")
        view = _box_office(window)
        view.choose(self._next(view.programme.state.lines, seated=seated).performance_id)
        if seats and seated:
            view.counter.take_best(seats)
        elif seats:
            view.counter.take_places(1, seats)
        return window

    def figures(self, pose: Callable[[DashboardView], None]) -> Window:
        """The dashboard as a manager sees it."""
        (manager,) = (person for person in STAFF if person.role is Role.MANAGER)
        operator = self.services.users.operator_for(manager.email, station=self.services.station)
        window = self.house.window_for(operator)
        window.go("dashboard")
        (view,) = window.findChildren(DashboardView)
        view.dashboard.watch(True)
        pose(view)
        return window

    @staticmethod
    def _next(lines: tuple[ProgrammeLine, ...], *, seated: bool) -> ProgrammeLine:
        now = datetime.now(UTC)
        return next(
            line
            for line in lines
            if line.seated is seated
            and line.starts_at > now
            and line.free > 12
            and line.status is PerformanceStatus.ON_SALE
        )


def _box_office(window: Window) -> BoxOfficeView:
    (view,) = window.findChildren(BoxOfficeView)
    return view


def draw(directory: Path, *, themes: tuple[str, ...] = theme.NAMES, only: str = "") -> int:
    """Draw the rooms whose name begins with `only`; how many pictures were written."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gallery.db'}"
        furnish(url)
        services = build(Settings(url, terminal="simulator"))
        try:
            tasks = ImmediateTasks()
            house = Houselights(services, tasks=tasks, demo=DEMO_ACCOUNTS)
            operator = services.users.operator_for(STAFF[0].email, station=services.station)
            theatre = Theatre(services, house, operator)
            programme = rooms_events.Programme(services, house)
            desk = rooms_bookings.Desk(services, house)
            notices = rooms_notifications.Notices(services, house)
            keeping = rooms_settings.Keeping(services, house, Path(folder))
            till = rooms_counter.Till(lambda seats: theatre.counter(seated=True, seats=seats))
            every = (
                *_rooms(theatre),
                *till.rooms(),
                *desk.rooms(),
                *programme.rooms(),
                *notices.rooms(),
                *keeping.rooms(),
            )
            rooms = [room for room in every if room[0].startswith(only)]
            written = gallery.draw(
                directory, screens=rooms, themes=themes, busy=Chart.any_unsettled
            )
        finally:
            services.close()
    return len(written)


def _rooms(theatre: Theatre) -> tuple[Room, ...]:
    return (
        ("login", lambda: _login(theatre)),
        ("login-register", lambda: _registering(theatre)),
        ("login-code", lambda: _with_code(theatre)),
        ("wizard", lambda: _wizard(theatre)),
        ("wizard-admin", lambda: _wizard_admin(theatre)),
        ("wizard-join", lambda: _wizard_join(theatre)),
        ("wizard-found", lambda: _wizard_found(theatre)),
        ("box-office-empty", lambda: theatre.window("box_office")),
        ("box-office", lambda: theatre.counter(seated=True, seats=3)),
        ("box-office-taken", lambda: _taken(theatre)),
        ("box-office-card", lambda: _at_terminal(theatre, CardPhase.WAITING)),
        ("box-office-unknown", lambda: _at_terminal(theatre, CardPhase.UNKNOWN)),
        ("box-office-split", lambda: _split(theatre)),
        ("box-office-places", lambda: theatre.counter(seated=False, seats=2)),
        ("box-office-sold", lambda: _sold(theatre)),
        ("box-office-line", lambda: _line(theatre, "2a 1ch parkett vorne / cash 200")),
        ("box-office-line-wrong", lambda: _line(theatre, "2a parkett forne / cash")),
        ("box-office-line-offers", lambda: _line(theatre, "2a 1c", offers=True)),
        ("box-office-line-examples", lambda: _examples(theatre)),
        ("box-office-customer", lambda: _sold_to(theatre)),
        ("box-office-customer-find", lambda: _finding_customer(theatre)),
        ("box-office-customer-new", lambda: _new_customer(theatre)),
        ("customers", lambda: _customer(theatre)),
        ("customers-edit", lambda: _editing_customer(theatre)),
        ("customers-import", lambda: _importing_customers(theatre)),
        ("reports-daily-sales", lambda: _report(theatre, "daily-sales")),
        ("reports-event-statement", lambda: _report(theatre, "event-statement")),
        ("reports-operators", lambda: _report(theatre, "operators")),
        ("reports-customers", lambda: _report(theatre, "customers")),
        ("reports-nothing", lambda: _report(theatre, "refunds")),
        ("dashboard", lambda: theatre.figures(_whole)),
        ("dashboard-lower", lambda: theatre.figures(_lower)),
        ("dashboard-event", lambda: theatre.figures(_one_event)),
        ("dashboard-empty", _without_figures),
        ("payments", lambda: _payments(theatre, "history")),
        ("payments-shift", lambda: _payments(theatre, "shift")),
        ("payments-z", lambda: _payments(theatre, "z")),
        ("payments-count", _counting),
        ("payments-vouchers", lambda: _payments(theatre, "vouchers")),
        ("payments-voucher-slip", lambda: _voucher_slip(theatre)),
        ("payments-cards", lambda: _payments(theatre, "cards")),
        ("refund", lambda: _refund(theatre)),
        ("profile", lambda: _profile(theatre)),
        ("users", lambda: _users(theatre)),
        ("users-house", lambda: _house(theatre)),
        ("users-add", lambda: _person(theatre)),
        ("users-code", lambda: _person(theatre, invited=True)),
        ("help", lambda: _help(theatre)),
        ("help-found", lambda: _help(theatre, "money")),
        ("palette", lambda: _palette(theatre)),
        ("palette-found", lambda: _palette(theatre, "winter")),
        ("palette-nothing", lambda: _palette(theatre, "xyzzyx")),
        ("crash", _crash),
    )


def _login(theatre: Theatre, *, demo: tuple[DemoAccount, ...] = DEMO_ACCOUNTS) -> LoginView:
    services = theatre.services
    door = Door(services.users, services.accounts, services.sessions, services.station)
    sign_in = SignIn(door, tasks=ImmediateTasks())
    sign_in.state = replace(sign_in.state, staying=Staying.POSSIBLE)  # whatever this computer has
    return LoginView(sign_in, demo=demo)


def _registering(theatre: Theatre) -> QWidget:
    view = _login(theatre)
    view.show_registering()
    for name, text in (
        ("name", "Noémie Laurent"),
        ("email", "noemie@example"),
        ("password", "short"),
    ):
        view.registering.fields[name].set_text(text)
    view.registering.submitted.emit()
    return view


def _with_code(theatre: Theatre) -> QWidget:
    view = _login(theatre)
    view.show_code()
    view.with_code.fields["email"].set_text("yusuf@lanternhaus.example")
    return view


def _nowhere(_: str) -> None:
    raise Invalid({"connection": "not_a_connection"})


def _no_server(server: str, *, database: str, code: str) -> None:
    del server, database, code
    raise Invalid({"server": "not_a_connection"})


def _wizard(theatre: Theatre) -> WizardView:
    services = theatre.services
    wizard = Wizard(services.settings, station=services.station, tasks=ImmediateTasks())
    joining = Joining(_nowhere, found=_no_server, tasks=ImmediateTasks(), parent=wizard)
    view = WizardView(wizard, joining=joining)
    wizard.setParent(view)
    view.house.set_text("Playhouse")
    view.zone.choose("Europe/Vienna")
    view.zone.chosen.emit("Europe/Vienna")
    return view


def _wizard_admin(theatre: Theatre) -> QWidget:
    view = _wizard(theatre)
    view.about_house.submitted.emit()
    view.name.set_text("Ada Admin")
    return view


def _wizard_join(theatre: Theatre) -> QWidget:
    view = _wizard(theatre)
    view.join.click()
    view.join_page.connection.set_text("postgresql+psycopg://")
    view.join_page.submitted.emit()
    return view


def _wizard_found(theatre: Theatre) -> QWidget:
    view = _wizard(theatre)
    view.join.click()
    view.join_page.found.click()
    return view


def _taken(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=5)
    counter = _box_office(window).counter
    counter._on_failure(SeatTaken((counter.state.rows[0].seat,)))  # noqa: SLF001 - the notice, posed
    return window


def _sold(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=2)
    view = _box_office(window)
    view.prints = False
    view.counter.give(view.counter.state.notes[-1])
    view.counter.pay()
    return window


def _at_terminal(theatre: Theatre, phase: CardPhase) -> QWidget:
    window = theatre.counter(seated=True, seats=3)
    counter = _box_office(window).counter
    counter.desk.choose(Tender.CARD)
    payment = replace(counter.state.payment, asked=Asked("", counter.state.total, phase))
    counter.show(replace(counter.state, payment=payment))
    return window


def _split(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=3)
    counter = _box_office(window).counter
    currency = counter.state.currency
    counter.give(Money(2000, currency))
    counter.desk.put_down()
    counter.desk.choose(Tender.SLIP)
    counter.desk.set_reference("004711")
    counter.desk.set_part(Money(3000, currency))
    counter.desk.put_down()
    counter.desk.choose(Tender.VOUCHER)
    return window


def _sold_to(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=3)
    (somebody,) = theatre.services.customers.find("zuzana", limit=1, by=theatre.operator)
    _box_office(window).counter.sell_to(somebody)
    return window


def _finding_customer(theatre: Theatre, text: str = "müller") -> CustomerDialog:
    tasks = ImmediateTasks()
    dialog = CustomerDialog(
        CustomerSearch(theatre.services.customers, by=theatre.operator, tasks=tasks)
    )
    dialog.field.setText(text)
    dialog.field.searched.emit(text)
    return dialog


def _new_customer(theatre: Theatre) -> QWidget:
    taken, *_ = theatre.services.customers.find("müller", by=theatre.operator)
    dialog = _finding_customer(theatre, "Frieda Sommer")
    dialog.write_down()
    dialog.form.email.set_text(taken.email)
    dialog.save.click()
    return dialog


def _customers(window: Window) -> CustomersView:
    (view,) = window.findChildren(CustomersView)
    return view


def _customer(theatre: Theatre) -> QWidget:
    """A regular's page, the third of a list long enough to scroll."""
    window = theatre.window("customers")
    find, by = theatre.services.customers, theatre.operator
    pages = [find.customer(line.id, by=by) for line in find.find(limit=14, by=by)]
    regular = max(pages, key=lambda page: page.counts.bookings).customer
    notes = "Likes the aisle. Comes with her mother, who needs the step-free entrance."
    find.edit(regular.id, replace(regular.contact, notes=notes), version=regular.version, by=by)
    members = theatre.services.memberships
    if not members.memberships_of(regular.id, by=by):
        members.grant(regular.id, members.kinds(by=by)[0].id, by=by)
    window.show()
    view = _customers(window)
    view.table.choose(view.rows.position(regular.id))
    return window


def _editing_customer(theatre: Theatre) -> QWidget:
    """Two people edited the same customer."""
    service, by = theatre.services.customers, theatre.operator
    customer = service.customer(service.find("müller", by=by)[0].id, by=by).customer
    editing = Editing(service, by=by, tasks=ImmediateTasks(), customer=customer)
    dialog = EditDialog(editing)
    dialog.form.phone.set_text("+49 30 23125 700")
    other = replace(customer.contact, phone="+49 30 23125 999")
    service.edit(customer.id, other, version=customer.version, by=by)
    dialog.save.click()
    return dialog


def _importing_customers(theatre: Theatre) -> QWidget:
    """A subscribers' file from another program, with rows that are not fit to come in."""
    subscribers = "Ida Lund,Omar Haddad,Nils Öst,Ruth Weiß,Mei Chen,Paul Sand,Yara Costa,Léa Roux"
    rows = [["Vorname", "Nachname", "E-Mail", "Telefon", "Kundennummer", "Bemerkung"]]
    for number, name in enumerate(subscribers.split(",")):
        first, last = name.split()
        email, phone = f"{first.lower()}@subscribers.example", f"+49 30 23125 {number * 37:03d}"
        rows.append(
            [first, last, email, phone, f"{4711 + number}", "Mittelgang" if number % 3 else ""]
        )
    rows += [
        ["", "", "nobody@subscribers.example", "", "4720", ""],
        ["Jan", "Vogt", "jan.vogt(at)subscribers.example", "", "4721", "Abo A"],
        ["Ida", "Lund", "IDA@subscribers.example", "", "4722", ""],
    ]
    importing = Importing(theatre.services.customers, by=theatre.operator, tasks=ImmediateTasks())
    dialog = ImportDialog(importing)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "abonnenten.csv"
        path.write_text("\n".join(";".join(row) for row in rows), encoding="cp1252")
        importing.read(path)
    return dialog


def _profile(theatre: Theatre) -> QWidget:
    services = theatre.services
    cashier = DEMO_ACCOUNTS[0]
    services.users.log_in(cashier.email, password=cashier.password, station=services.station)
    services.users.log_out(by=theatre.operator)
    return theatre.window("profile")


def _as_admin(theatre: Theatre) -> Theatre:
    services = theatre.services
    admin = services.users.operator_for(STAFF[-1].email, station=services.station)
    return replace(theatre, operator=admin)


def _report(theatre: Theatre, name: str) -> QWidget:
    window = _as_admin(theatre).window("reports")
    window.go("reports", name)
    return window


def _users(theatre: Theatre) -> QWidget:
    admin = _as_admin(theatre)
    window = admin.window("users")
    staff = theatre.services.staff
    (theo,) = staff.people(search=STAFF[1].email, by=admin.operator).accounts
    if theo.user.role is STAFF[1].role:
        staff.change_role(theo.user.id, role=Role.MANAGER, version=1, by=admin.operator)
        staff.change_role(theo.user.id, role=Role.CASHIER, version=2, by=admin.operator)
    window.go("users", theo.user.id)
    return window


def _house(theatre: Theatre) -> QWidget:
    admin = _as_admin(theatre).operator
    house = House(theatre.services.settings, by=admin, tasks=ImmediateTasks())
    dialog = HouseDialog(house)
    house.setParent(dialog)
    house.load()
    return dialog


def _person(theatre: Theatre, *, invited: bool = False) -> QWidget:
    services = theatre.services
    relay = Relay(services.bus)
    admin = _as_admin(theatre).operator
    users = Users(services.staff, by=admin, tasks=ImmediateTasks(), relay=relay)
    dialog = PersonDialog(users)
    for part in (users, relay):
        part.setParent(dialog)
    dialog.name.set_text("Yusuf Keller")
    dialog.email.set_text("yusuf@lanternhaus.example")
    if invited:
        dialog.add.click()
    return dialog


def _whole(view: DashboardView) -> None:
    """As it opens."""


def _lower(view: DashboardView) -> None:
    bar = view.area.verticalScrollBar()
    bar.rangeChanged.connect(partial(_to_the_end, bar))


def _to_the_end(bar: QScrollBar, _first: int, last: int) -> None:
    bar.setValue(last)


def _one_event(view: DashboardView) -> None:
    top = view.dashboard.state.top
    if top is not None and top.parts:
        view.show_item(top.parts[0].key)


def _without_figures() -> QWidget:
    services = build(Settings("sqlite://"))
    operator = services.users.command_line(services.station)
    window = Houselights(services, tasks=ImmediateTasks()).window_for(operator)
    window.go("dashboard")
    window.destroyed.connect(services.close)
    return window


def _payments(theatre: Theatre, section: str) -> QWidget:
    a_day_at_the_till(theatre.services, by=theatre.operator)
    window = theatre.window("payments")
    (view,) = window.findChildren(PaymentsView)
    if section == "cards":
        leave_in_doubt(theatre.services, by=theatre.operator)
    view.show_section("shift" if section == "z" else section)
    if section == "z":
        view.shift_page.table.choose(0)
    elif section == "vouchers":
        view.vouchers_page.table.choose(0)
    elif section == "history":
        view.history_page.table.choose(3)
    return window


def _counting() -> QWidget:
    dialog = CountDialog("EUR")
    for pieces, text in zip(dialog.pieces, ("", "", "1", "2", "7", "4", "9"), strict=False):
        pieces.setText(text)
        pieces.textEdited.emit(text)
    return dialog


def _voucher_slip(theatre: Theatre) -> QWidget:
    a_day_at_the_till(theatre.services, by=theatre.operator)
    voucher = theatre.services.vouchers.vouchers(by=theatre.operator)[0]
    return PaperDialog(voucher_lines(voucher), title="", file="")


def _refund(theatre: Theatre) -> QWidget:
    by, bookings = theatre.operator, theatre.services.bookings
    settle_doubts(theatre.services, by=by)
    chosen = max(bookings.bookings(limit=60, by=by), key=lambda line: (line.tickets, line.number))
    booking = bookings.booking(chosen.id, by=by)
    held = bookings.held(booking.id, by=by)
    wanted = {ticket.id: ticket.price for ticket in booking.tickets[:2]}
    dialog = RefundDialog(RefundChoice(booking, held, wanted))
    dialog.reason.set_text("The child is ill")
    return dialog


def _line(theatre: Theatre, text: str, *, offers: bool = False) -> QWidget:
    window = theatre.counter(seated=True)
    line = _box_office(window).house.line
    line.field.setText(text)
    line.look_again()
    if offers:
        line.offer()
    return window


def _examples(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True)
    _box_office(window).house.line.show_examples()
    return window


def _palette(theatre: Theatre, text: str = "") -> QWidget:
    window = _as_admin(theatre).window("customers")
    palette = window.commands.palette
    palette.open_palette()
    palette.field.setText(text)
    return window


def _help(theatre: Theatre, text: str = "") -> QWidget:
    dialog = HelpDialog(screens_for(_as_admin(theatre).operator), at="box_office")
    dialog.search.setText(text)
    return dialog


def _crash() -> QWidget:
    return CrashDialog(describe(RuntimeError("an example")), closed=_nothing)


def _nothing() -> None:
    """The dialog in the picture is closed by nobody."""
