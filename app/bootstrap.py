"""Plugs the real things together; the only place that knows every part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.config import Settings, data_folder, local_database, remember_joined
from app.domain.backups import Follow, Proof, Restored
from app.domain.cards import CardTerminal
from app.domain.errors import (
    DatabaseTooOld,
    DatabaseUnavailable,
    HouselightsError,
    Invalid,
    OtherStation,
    SecretsUnavailable,
)
from app.domain.mail import Postman
from app.domain.secrets import Secrets
from app.domain.shared_house import Right, checked_code
from app.domain.user_ports import Passwords
from app.domain.users import Station
from app.domain.values import new_id
from app.gateways.backup_folders import NotedBackups
from app.gateways.calendars import IcsCalendars
from app.gateways.card_terminal import NoTerminal, SimulatedTerminal, SimulatorDriver
from app.gateways.customer_files import CsvCustomerFiles
from app.gateways.letters import TemplateComposer
from app.gateways.mail import SmtpPostman
from app.gateways.passwords import Argon2Passwords
from app.gateways.payment_files import CsvPaymentFiles
from app.gateways.plan_files import open_plan
from app.gateways.report_files import ReportWriter
from app.gateways.secrets import KeyringSecrets
from app.persistence.change_feed import ChangeFeed
from app.persistence.database import (
    Database,
    is_shared,
    lacks_password,
    with_database,
    with_password,
    without_password,
)
from app.persistence.house_copies import SqlHouseCopies
from app.persistence.schema import HEAD
from app.persistence.shared_house import SqlSharedHouse, make_database
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.access import AccessService
from app.services.accounts import AccountService
from app.services.analytics import AnalyticsService
from app.services.backups import BackupService
from app.services.baskets import BasketService
from app.services.booking_details import BookingDetailService
from app.services.bookings import BookingService
from app.services.bus import FactBus
from app.services.cancellations import CancellationService
from app.services.cards import CardService
from app.services.catching_up import catch_up, is_caught_up
from app.services.checkout import Checkout
from app.services.credentials import CredentialCheck
from app.services.customers import CustomerService
from app.services.delivery import Deliverer
from app.services.discounts import DiscountService
from app.services.drafts import DraftService
from app.services.events import EventService, Plans
from app.services.exchanges import ExchangeService
from app.services.goods import GoodsService
from app.services.house_clock import HouseClock
from app.services.interactions import InteractionService
from app.services.mail_settings import MailPassword, MailSettingsService
from app.services.memberships import MembershipService
from app.services.moving import MovingService
from app.services.notifications import NotificationService
from app.services.outbox import OutboxService
from app.services.payment_history import PaymentHistoryService
from app.services.payments import PaymentService, proven
from app.services.plan_files import PlanFileService
from app.services.prices import PriceService
from app.services.programme import ProgrammeService
from app.services.reports import ReportService
from app.services.returns import Returns
from app.services.schedule import ScheduleService
from app.services.sessions import SessionService
from app.services.settings import SettingsService
from app.services.shared_house import SharedHouseService
from app.services.shifts import ShiftService
from app.services.staff import StaffService
from app.services.tickets import TicketService
from app.services.upkeep import UpkeepService
from app.services.users import UserService
from app.services.venues import VenueService
from app.services.vouchers import VoucherService


@dataclass(frozen=True)
class Services:
    """Everything an operator can do, over one database, at one station."""

    station: Station
    bus: FactBus
    users: UserService
    accounts: AccountService
    sessions: SessionService
    access: AccessService
    staff: StaffService
    settings: SettingsService
    shared: SharedHouseService
    secrets: Secrets
    customers: CustomerService
    events: EventService
    programme: ProgrammeService
    schedule: ScheduleService
    prices: PriceService
    discounts: DiscountService
    venues: VenueService
    plan_files: PlanFileService
    cancellations: CancellationService
    drafts: DraftService
    tickets: TicketService
    baskets: BasketService
    bookings: BookingService
    booking_details: BookingDetailService
    exchanges: ExchangeService
    payments: PaymentService
    payment_history: PaymentHistoryService
    cards: CardService
    vouchers: VoucherService
    goods: GoodsService
    memberships: MembershipService
    shifts: ShiftService
    analytics: AnalyticsService
    interactions: InteractionService
    reports: ReportService
    notifications: NotificationService
    outbox: OutboxService
    mail: MailSettingsService
    deliverer: Deliverer
    upkeep: UpkeepService
    backups: BackupService
    moving: MovingService
    feed: ChangeFeed
    database: Database

    def close(self) -> None:
        """Give the database back."""
        self.feed.stop()
        self.database.close()


@dataclass(frozen=True)
class _Shared:
    """What several services stand on."""

    database: Database
    bus: FactBus
    work: SqlUnitOfWork
    feed: ChangeFeed
    plans: Plans
    house_clock: HouseClock
    checkout: Checkout
    returns: Returns
    cards: CardService
    passwords: Passwords
    secrets: Secrets
    password: MailPassword
    composer: TemplateComposer
    check: CredentialCheck


def _shared(
    *,
    passwords: Passwords,
    secrets: Secrets,
    terminal: CardTerminal,
    database: Database,
) -> _Shared:
    bus = FactBus()
    origin = new_id()
    work = SqlUnitOfWork(database, bus=bus, origin=origin)
    plans, house_clock = Plans(work), HouseClock()
    return _Shared(
        database=database,
        bus=bus,
        work=work,
        feed=ChangeFeed(database, bus=bus, origin=origin),
        plans=plans,
        house_clock=house_clock,
        checkout=Checkout(plans=plans, clock=house_clock),
        returns=Returns(clock=house_clock),
        cards=CardService(work, terminal=terminal),
        passwords=passwords,
        secrets=secrets,
        password=MailPassword(secrets, scope=database.where()),
        composer=TemplateComposer(),
        check=CredentialCheck(work, passwords=passwords),
    )


def _opened(
    database: Database,
    settings: Settings,
    *,
    passwords: Passwords | None,
    secrets: Secrets,
    terminal: CardTerminal | None,
) -> _Shared:
    """What the services stand on, over a database that is up to date."""
    shared = _shared(
        passwords=passwords or Argon2Passwords(),
        secrets=secrets,
        terminal=terminal or _terminal(settings),
        database=database,
    )
    if database.enrolled() is None:
        catch_up(shared.work, revision=HEAD)
    elif not is_caught_up(shared.work, revision=HEAD):
        raise DatabaseTooOld(HEAD)
    return shared


def _brought_up_to_date(database: Database, settings: Settings) -> Settings:
    """The settings with the station's code in them, once the schema is this program's: as what only the
    owner of a shared house may do, nobody else tries. OtherStation for the login of another station,
    DatabaseUnavailable for one that only reads."""
    if database.upgrade() and not database.is_sqlite:
        SqlSharedHouse(database).renew()
    enrolment = database.enrolled()
    if enrolment is None:
        return replace(settings, station=settings.station or settings.usual_station)
    if Right.ANALYST in enrolment.rights:
        raise DatabaseUnavailable("analyst", enrolment.login)
    if settings.station not in {"", enrolment.code}:
        raise OtherStation(settings.station, enrolment.code)
    return replace(settings, station=enrolment.code)


def _bookings(shared: _Shared) -> BookingService:
    return BookingService(
        shared.work, checkout=shared.checkout, returns=shared.returns, cards=shared.cards
    )


def _exchanges(shared: _Shared) -> ExchangeService:
    return ExchangeService(
        shared.work,
        checkout=shared.checkout,
        returns=shared.returns,
        cards=shared.cards,
        clock=shared.house_clock,
    )


def build(
    settings: Settings,
    *,
    passwords: Passwords | None = None,
    secrets: Secrets | None = None,
    postman: Postman | None = None,
    terminal: CardTerminal | None = None,
    clock: Callable[[], datetime] | None = None,
    durable: bool = True,
) -> Services:
    """Open the database, brought up to date, by the password kept for it; make the services. Unavailable."""
    secrets = secrets or KeyringSecrets()
    url = _with_password(settings.database, secrets)
    database = Database(url, clock=clock, durable=durable)
    try:
        settings = _brought_up_to_date(database, settings)
        shared = _opened(
            database, settings, passwords=passwords, secrets=secrets, terminal=terminal
        )
    except HouselightsError:
        database.close()
        raise
    deliverer = _deliverer(shared.work, shared.password, postman, shared.composer)
    return _services(shared, code=settings.station, deliverer=deliverer, clock=clock)


def _services(
    shared: _Shared, *, code: str, deliverer: Deliverer, clock: Callable[[], datetime] | None
) -> Services:
    work, plans, database = shared.work, shared.plans, shared.database
    users = UserService(work, passwords=shared.passwords, check=shared.check)
    return Services(
        station=users.station(code),
        bus=shared.bus,
        users=users,
        accounts=AccountService(work, passwords=shared.passwords, check=shared.check),
        sessions=SessionService(work, secrets=shared.secrets, scope=shared.database.where()),
        access=AccessService(work),
        staff=StaffService(work, passwords=shared.passwords),
        settings=SettingsService(work, passwords=shared.passwords),
        shared=SharedHouseService(work, house=SqlSharedHouse(database)),
        secrets=shared.secrets,
        customers=CustomerService(work, files=CsvCustomerFiles()),
        events=EventService(work, plans=plans),
        programme=ProgrammeService(work),
        schedule=ScheduleService(work, plans=plans),
        prices=PriceService(work, plans=plans),
        discounts=DiscountService(work, plans=plans),
        venues=VenueService(work, plans=plans),
        plan_files=PlanFileService(open_plan),
        cancellations=CancellationService(work, returns=shared.returns, cards=shared.cards),
        drafts=DraftService(work),
        tickets=TicketService(work, plans=plans, checkout=shared.checkout),
        baskets=BasketService(work),
        bookings=_bookings(shared),
        booking_details=BookingDetailService(work),
        exchanges=_exchanges(shared),
        payments=PaymentService(work),
        payment_history=PaymentHistoryService(work, files=CsvPaymentFiles()),
        cards=shared.cards,
        vouchers=VoucherService(work),
        goods=GoodsService(work),
        memberships=MembershipService(work, clock=shared.house_clock),
        shifts=ShiftService(work),
        analytics=AnalyticsService(work, clock=shared.house_clock),
        interactions=InteractionService(work, clock=clock),
        reports=ReportService(work, files=ReportWriter()),
        notifications=NotificationService(work, composer=shared.composer),
        outbox=OutboxService(work),
        mail=MailSettingsService(work, password=shared.password),
        deliverer=deliverer,
        upkeep=UpkeepService(work),
        backups=BackupService(work, copies=_copies(database), folders=NotedBackups()),
        moving=MovingService(work, copies=_copies(database)),
        feed=shared.feed,
        database=database,
    )


def _copies(database: Database) -> SqlHouseCopies:
    return SqlHouseCopies(
        database, check=proven, catch_up=lambda work: catch_up(work, revision=HEAD)
    )


def prove_backup(file: Path, *, follow: Follow) -> Proof:
    """A copy of a backup restored somewhere else, with every rule proven; the house of now is not asked.
    BackupAltered, FileUnusable, DatabaseTooNew, HouseOutOfOrder, JournalBroken."""
    NotedBackups().refuse_altered(file)
    nowhere = Database("sqlite://")
    try:
        return _copies(nowhere).prove(file, follow=follow)
    finally:
        nowhere.close()


def restore_backup(settings: Settings, file: Path, *, replace: bool, follow: Follow) -> Restored:
    """Make a backup the house of these settings, which nobody may have open. HouseThere unless it is empty or
    `replace` puts the local file aside, HouseInUse, and what `prove_backup` raises."""
    NotedBackups().refuse_altered(file)
    database = Database(_with_password(settings.database, KeyringSecrets()))
    try:
        return _copies(database).restore(file, replace=replace, follow=follow)
    finally:
        database.close()


def wants_password(settings: Settings) -> bool:
    """Whether its URL names a user of a shared database and no password."""
    return lacks_password(settings.database)


def given_password(settings: Settings, password: str) -> Settings:
    """The same settings with the password in their URL: for the driver, never to be shown or kept."""
    return replace(settings, database=with_password(settings.database, password))


def keep_password(url: str, password: str, *, secrets: Secrets | None = None) -> None:
    """Keep a shared database's password in the system's keyring; SecretsUnavailable when there is none."""
    (secrets or KeyringSecrets()).set(f"database:{url}", password)


def keep_connection(connection: str, *, secrets: Secrets | None = None) -> str:
    """Keep its password in the system's keyring; the connection without it. SecretsUnavailable."""
    url, password = without_password(connection)
    keep_password(url, password, secrets=secrets)
    return url


def names_shared(settings: Settings) -> bool:
    """Whether its database is one that several stations share. DatabaseUnavailable for no address at all."""
    return is_shared(settings.database)


def init_shared(url: str, *, database: str = "", secrets: Secrets | None = None) -> str:
    """Make the database at `url` (or `database` on its server) a house that stations can be enrolled in:
    made when it is missing, brought up to date, its rights given. Again after each upgrade. Where it is;
    Invalid for `connection`, LoginMayNot, Unavailable."""
    if not is_shared(url):
        raise Invalid({"connection": "not_a_connection"})
    secrets = secrets or KeyringSecrets()
    url = with_database(_with_password(url, secrets), database)
    make_database(url)
    services = build(Settings(url, usual_station="CLI"), secrets=secrets)
    try:
        services.users.command_line(services.station)
        SqlSharedHouse(services.database).initialise()
        return services.database.where()
    finally:
        services.close()


def join_house(connection: str, *, secrets: Secrets | None = None) -> None:
    """Try a connection to a shared house, password included, and have this computer work for that house
    from the next start on: its address in a file, the password in the keyring, or asked for where there is
    none. Invalid for `connection`, Unavailable."""
    try:
        url, _ = without_password(connection)
    except DatabaseUnavailable:
        raise Invalid({"connection": "not_a_connection"}) from None
    if not is_shared(url):
        raise Invalid({"connection": "not_a_connection"})
    build(Settings(connection)).close()
    work_for(connection, secrets=secrets)


def work_for(address: str, *, secrets: Secrets | None = None) -> None:
    """Have this computer open the house at this address from the next start on; a password in it goes into
    the keyring, or is asked for where there is none. FileUnusable."""
    url, password = without_password(address)
    if password and can_keep_passwords(secrets=secrets):
        keep_password(url, password, secrets=secrets)
    remember_joined("" if url == local_database() else url)


def found_shared_house(
    server: str, *, database: str, code: str, secrets: Secrets | None = None
) -> None:
    """Make a house on a server by a login that may make databases there, enrol this computer as its first
    station, which may organize too, and have it work for that house. The server's login is kept nowhere.
    Invalid beside `server`, `database` or `code`, Unavailable."""
    named = _house_on(server, database=database)
    init_shared(named, secrets=secrets)
    services = build(Settings(named, station=checked_code(code)))
    try:
        made = services.shared.enrol(
            code,
            rights=(Right.STATION, Right.ORGANIZER),
            by=services.users.command_line(services.station),
        )
    finally:
        services.close()
    join_house(made.connection, secrets=secrets)


def _house_on(server: str, *, database: str) -> str:
    if not database.strip():
        raise Invalid({"database": "missing"})
    try:
        if not is_shared(server):
            raise Invalid({"server": "not_a_connection"})
        return with_database(server, database.strip())
    except DatabaseUnavailable:
        raise Invalid({"server": "not_a_connection"}) from None


def can_keep_passwords(*, secrets: Secrets | None = None) -> bool:
    """Whether this computer has a keyring to trust."""
    try:
        (secrets or KeyringSecrets()).check()
    except SecretsUnavailable:
        return False
    return True


def _with_password(url: str, secrets: Secrets) -> str:
    if not lacks_password(url):
        return url
    try:
        kept = secrets.get(f"database:{url}")
    except SecretsUnavailable:
        return url
    return url if kept is None else with_password(url, kept)


def _terminal(settings: Settings) -> CardTerminal:
    """The card terminal's driver that the settings name."""
    if settings.terminal != "simulator":
        return NoTerminal()
    memory = data_folder() / f"card-terminal-{settings.station}.jsonl"
    return SimulatorDriver(SimulatedTerminal(memory, delay=1.6), patience=1.5)


def _deliverer(
    work: SqlUnitOfWork, password: MailPassword, postman: Postman | None, composer: TemplateComposer
) -> Deliverer:
    return Deliverer(
        work,
        password=password,
        postman=postman or SmtpPostman(),
        composer=composer,
        calendars=IcsCalendars(),
    )
