"""Puts the program on the screen: sign-in, window; and takes it down again in order.

Brings every service and screen along: `ui.opening` imports it after the first paint.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import Services, found_shared_house, join_house
from app.domain.analytics import Interaction
from app.domain.backups import BackupState, Moved, Standing
from app.domain.bookings import BookingFilter
from app.domain.errors import HouseIsOpen, HouseMoved, MailDown
from app.domain.facts import Fact, HouseChanged, UserChanged
from app.domain.tickets import BookingLine
from app.domain.users import Operator, Permission, Role, User
from app.services.delivery import Delivered
from ui import (
    bookings,
    box_office,
    customers,
    dashboard,
    events,
    house_time,
    my_tickets,
    notifications,
    payments,
    profile,
    reports,
    settings,
    theme,
    users,
    venues,
)
from ui.commands import Command
from ui.errors import Level, words
from ui.i18n import plural, tr
from ui.login.door import Door
from ui.login.view import LoginView
from ui.login.viewmodel import DemoAccount, SignIn
from ui.notifications.news_panel import COMMAND, KEY, News
from ui.notifications.postroom import Postroom
from ui.notifications.ticket_files import TicketFiles
from ui.notifications.wishes_card import WishesSection
from ui.relay import Relay
from ui.screen import Context, Screen, Session
from ui.settings.backup_clock import BackupClock
from ui.settings.words import standing_level, standing_words, trouble_words
from ui.shell.finding import Finder
from ui.shell.looks import Looks
from ui.shell.placing import place, remember_place
from ui.shell.reach import Reach
from ui.shell.scanner import Scanner
from ui.shell.window import Window
from ui.tasks import Tasks

_KEYRING_AFTER_MS = 200
_NOTED_AFTER_MS = 10_000
_VOUCHED_AFTER_MS = 60_000


def screens_for(operator: Operator) -> tuple[Screen, ...]:
    """The screens this operator may open."""
    if operator.role is Role.CUSTOMER:
        screens: tuple[Screen, ...] = (
            box_office.KIOSK,
            my_tickets.SCREEN,
            profile.screen(WishesSection),
        )
        return tuple(screen.for_operator(operator) for screen in screens)
    screens = (
        box_office.SCREEN,
        bookings.SCREEN,
        customers.SCREEN,
        events.SCREEN,
        venues.SCREEN,
        payments.SCREEN,
        dashboard.SCREEN,
        reports.SCREEN,
        notifications.SCREEN,
        profile.screen(WishesSection),
        users.SCREEN,
        settings.SCREEN,
    )
    return tuple(screen.for_operator(operator) for screen in screens if screen.allowed(operator))


def _first_in_rail(screen: Screen) -> tuple[bool, int]:
    return screen.foot, screen.order


class Houselights(QObject):
    """One run of the program over one database: the wizard or the sign-in window, then the window, and
    back. `demo_wanted` asks for the demo theatre instead, `joined` for the shared house that this computer
    has just joined, `reopening` for what a screen wants opened."""

    demo_wanted = Signal()
    joined = Signal()
    reopening = Signal(object)  # a Reopening

    def __init__(
        self, services: Services, *, tasks: Tasks, demo: Sequence[DemoAccount] = ()
    ) -> None:
        super().__init__()
        self._services = services
        self._tasks = tasks
        self._demo = tuple(demo)
        self._relay = Relay(services.bus, self)
        house_time.use_clock(services.database.now)
        shared = services.database.path is None
        self.reach = Reach(services.feed, relay=self._relay, shared=shared, parent=self)
        self._settings = QSettings()
        self._looks = Looks()
        self._operator: Operator | None = None
        self.wizard: QWidget | None = None
        self.login: LoginView | None = None
        self.window: Window | None = None
        self._mail_problem = ""
        self._postroom: Postroom | None = None
        self._backups: BackupClock | None = None
        self._trouble = ""  # with the backups, as it was said
        self._standing = Standing.OFF
        self._noting = QTimer(self, interval=_NOTED_AFTER_MS)
        self._noting.timeout.connect(self._write_seen)
        self._vouching = QTimer(self, interval=_VOUCHED_AFTER_MS)
        self._vouching.timeout.connect(self._read_own_account)
        self._relay.told.connect(self._on_fact)
        self.reach.changed.connect(self._show_reach)
        self.reach.back.connect(self._say_back)

    def front(self) -> QWidget | None:
        """What is on the screen."""
        return self.window or self.login or self.wizard

    def begin(self, *, login: LoginView | None = None, new: bool | None = None) -> None:
        """The wizard in a house that nobody has opened yet, else the sign-in window: `login` when it is on
        the screen already."""
        if self._services.settings.is_new() if new is None else new:
            self.show_wizard()
            if login is not None:
                login.close()
                login.deleteLater()
        elif login is not None:
            self._let_in_by(login, resume=True, keyring_after=0)
        else:
            self.show_login(resume=True)

    def show_wizard(self) -> None:
        """Ask for the first admin and the house."""
        # Needed once in the life of a house: no later start waits for it.
        from ui.wizard.joining import Joining  # noqa: PLC0415
        from ui.wizard.view import WizardView  # noqa: PLC0415
        from ui.wizard.viewmodel import Wizard  # noqa: PLC0415

        services = self._services
        asking = Wizard(services.settings, station=services.station, tasks=self._tasks, parent=self)
        asking.opened.connect(self.enter)
        asking.too_late.connect(self._on_open_already)
        joining = Joining(join_house, found=found_shared_house, tasks=self._tasks, parent=self)
        joining.joined.connect(self.joined)
        view = WizardView(asking, joining=joining)
        view.demo_wanted.connect(self.demo_wanted)
        self.wizard = view
        place(view)
        view.show()

    def _on_open_already(self) -> None:
        """Another station opened the house while the wizard was on the screen here."""
        wizard, self.wizard = self.wizard, None
        self.show_login()
        if wizard is not None:
            wizard.close()
            wizard.deleteLater()
        if self.login is not None:
            self.login.notice.say(words(HouseIsOpen()), level=Level.WARN)

    def show_login(self, *, resume: bool = False) -> None:
        """Bring the sign-in window up; with `resume` whoever stayed signed in comes in by themselves."""
        login = LoginView(SignIn(tasks=self._tasks), demo=self._demo)
        place(login)
        login.show()
        # The keyring is slow to load: the window is painted and typed into before.
        self._let_in_by(login, resume=resume, keyring_after=_KEYRING_AFTER_MS)

    def _let_in_by(self, login: LoginView, *, resume: bool, keyring_after: int) -> None:
        services, sign_in = self._services, login.sign_in
        self.login = login
        sign_in.signed_in.connect(self.enter)
        sign_in.open(Door(services.users, services.accounts, services.sessions, services.station))
        wait = QTimer(sign_in, singleShot=True, interval=keyring_after)
        wait.timeout.connect(lambda: sign_in.look_for_keyring(resume=resume))
        wait.start()

    def enter(self, operator: Operator) -> None:
        """Open the window for this operator as they like to see it, in the sign-in window's place."""
        if self._operator is not None:
            return
        self._operator = operator

        def open_it(user: User | None) -> None:
            if user is not None:
                self._looks.dress(user)
            self._open(operator)

        self._tasks.run(
            self,
            lambda: self._services.accounts.profile(by=operator),
            done=open_it,
            failed=lambda _: open_it(None),
        )

    def _open(self, operator: Operator) -> None:
        before = self.login or self.wizard
        refusal = self.login.refusal() if self.login is not None else None
        self._services.interactions.seen(Interaction.SIGN_IN, by=operator)
        self._noting.start()
        self._vouching.start()
        window = self.window_for(operator)
        place(window)
        if before is not None:
            window.setGeometry(before.geometry())
        self.window = window
        for worker in (self._postroom, self._backups):
            if worker is not None:
                worker.work_for(operator)
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()
        self.login = self.wizard = None
        if refusal is not None:
            window.say(words(refusal), Level.WARN)

    def _write_seen(self) -> None:
        """What people did at the screens goes to the database now and then, behind whatever waits there."""
        seen = self._services.interactions
        if seen.waiting:
            self._tasks.run(self, seen.write, done=_nothing, failed=_nothing, key="seen")

    def window_for(self, operator: Operator) -> Window:
        """A window with everything this operator may do; the first screen is open."""
        screens = screens_for(operator)
        windows: list[Window] = []

        def navigate(screen_id: str, key: str = "") -> None:
            windows[0].go(screen_id, key)

        def say(text: str, level: Level = Level.GOOD) -> None:
            windows[0].say(text, level)

        context = Context(
            services=self._services,
            tasks=self._tasks,
            relay=self._relay,
            session=Session(operator),
            navigate=navigate,
            say=say,
            sign_out=self.sign_out,
            reopen=self.reopening.emit,
        )
        window = Window(screens, open_screen=lambda screen: screen.open(context))
        windows.append(window)
        self._show_status(window, operator)
        _add_news(window, context, screens)
        _add_scanner(window, context)
        window.commands.add(_SIGN_OUT, self)
        finder = Finder(context, screens=[screen.id for screen in screens], parent=window)
        window.commands.look_up_with(finder)
        window.go(min(screens, key=_first_in_rail).id)
        return window

    def sign_out(self) -> None:
        """End the session: what its basket held is free again; the sign-in window comes back."""
        window, self.window = self.window, None
        operator, self._operator = self._operator, None
        self._vouching.stop()
        self._mail_problem = self._trouble = ""  # the next one has not been told
        self._standing = Standing.OFF
        for worker in (self._postroom, self._backups):
            if worker is not None:
                worker.work_for(None)
        self._looks.undress()
        self.show_login()
        if window is not None:
            remember_place(window)
            window.close()
            window.deleteLater()
        if operator is not None:
            self._note_leaving(operator)

    def _note_leaving(self, operator: Operator) -> None:
        services, run = self._services, self._tasks.run
        run(self, lambda: services.users.log_out(by=operator), done=_nothing, failed=_nothing)
        run(
            self,
            lambda: services.sessions.end(by=operator),
            done=_nothing,
            failed=_nothing,
            lane="io",
        )

    def _on_fact(self, fact: Fact) -> None:
        """Somebody changed the account of whoever is at work here, perhaps they themselves; or the house
        has gone elsewhere."""
        operator = self._operator
        if isinstance(fact, HouseChanged):
            self._look_whether_moved()
        if operator is None or not isinstance(fact, UserChanged):
            return
        if fact.user_id in {"", operator.user_id}:
            self._read_own_account()

    def _read_own_account(self) -> None:
        """Every minute too: whoever was locked out leaves even while no news comes from other stations."""
        operator = self._operator
        if operator is None:
            return
        self._tasks.run(
            self,
            lambda: self._services.accounts.profile(by=operator),
            done=self._on_own_account,
            failed=_nothing,
            key="own account",
        )

    def _on_own_account(self, user: User) -> None:
        operator = self._operator
        if operator is None or operator.user_id != user.id:
            return
        if user.active and user.role is operator.role:
            self._looks.dress(user)
            return
        self.sign_out()
        if self.login is not None:
            said = tr("An administrator changed your account. Sign in again, or ask them.")
            self.login.notice.say(said, level=Level.WARN)

    def remember_look(self, look: theme.Theme) -> None:
        """Keep the look for this computer, when it was turned here and is nobody's own."""
        if not self._looks.personal:
            self._settings.setValue("theme", look.name)

    def open_postroom(self) -> None:
        """Begin to send what is owed, and to watch the clock for whoever is signed in."""
        services = self._services
        services.deliverer.documents = TicketFiles()
        self._postroom = Postroom(
            services.deliverer,
            services.notifications,
            services.bookings,
            upkeep=services.upkeep,
            tasks=self._tasks,
            parent=self,
        )
        self._postroom.posted.connect(self._on_posted)
        self._postroom.work_for(self._operator)
        self._postroom.start()

    def _on_posted(self, delivered: Delivered) -> None:
        """Say at the foot of the window when letters wait for the mail server; and once to whoever can
        do something about it."""
        window, operator = self.window, self._operator
        if window is None or operator is None:
            return
        away = delivered.problem if delivered.problem != "not_set_up" else ""
        waiting = plural("{count} e-mail waits", "{count} e-mails wait", delivered.waiting)
        said = tr("No mail, {waiting}", waiting=waiting) if away else ""
        window.status.show_cell("mail", said, level=Level.WARN)
        if away != self._mail_problem and operator.may(Permission.MANAGE_NOTIFICATIONS):
            window.take_back(words(MailDown(self._mail_problem)))
            if away:
                window.say(words(MailDown(away)), Level.WARN)
        self._mail_problem = away

    def open_backups(self) -> None:
        """Begin to make the backups that are due here, and to say how they stand."""
        clock = BackupClock(
            self._services.backups, tasks=self._tasks, relay=self._relay, parent=self
        )
        clock.stood.connect(self._on_backups)
        self._backups = clock
        clock.work_for(self._operator)

    def _on_backups(self, state: BackupState) -> None:
        """At the foot of the window for everybody; once, with the remedy, to whoever can mend it."""
        window, operator = self.window, self._operator
        if window is None or operator is None:
            return
        minds = operator.may(Permission.ADMINISTER)
        told = state.standing is not Standing.OFF or minds
        said = standing_words(state) if told else ""
        window.status.show_cell("backups", said, level=standing_level(state))
        trouble = trouble_words(state)
        if minds and state.standing is not self._standing:
            window.take_back(self._trouble)
            if trouble:
                window.say(trouble, Level.WARN)
            self._trouble = trouble
        self._standing = state.standing

    def close(self) -> None:
        """Remember the window's place; take down what is on the screen."""
        self._noting.stop()
        self._vouching.stop()
        self._write_seen()
        for worker in (self._postroom, self._backups):
            if worker is not None:
                worker.stop()
        if self.window is not None:
            remember_place(self.window)
        elif (front := self.front()) is not None:
            front.close()

    def _show_status(self, window: Window, operator: Operator) -> None:
        self.reach.show_on(window)
        who = tr("{name} at {station}", name=operator.name, station=operator.station_code)
        window.status.show_cell("operator", who)
        self._look_whether_moved()

    def _look_whether_moved(self) -> None:
        self._tasks.run(
            self, self._services.moving.gone, done=self._on_gone, failed=_nothing, key="gone"
        )

    def _on_gone(self, gone: Moved | None) -> None:
        """A sale would be refused: say so before somebody tries, at every window of the house."""
        window = self.window
        if window is None:
            return
        shared = self._services.moving.is_shared()
        house = tr("Shared house") if shared else tr("Local house")
        if gone is not None:
            house = tr("The house has moved")
            window.say(words(HouseMoved(gone.where, gone.at)), Level.WARN)
        level = Level.GOOD if gone is None else Level.WARN
        window.status.show_cell("house", house, level=level)

    def _show_reach(self) -> None:
        if self.window is not None:
            self.reach.show_on(self.window)

    def _say_back(self) -> None:
        if self.window is not None:
            self.window.say(tr("The house answers again. Everything on show is read anew."))


_SIGN_OUT = Command("sign-out", "Sign out", "log-out", Houselights.sign_out, words="leave log out")


def _add_news(window: Window, context: Context, screens: Sequence[Screen]) -> None:
    """The bell in the rail, and the panel it opens."""
    bell = window.rail.add_at_foot(
        Screen(id="news", title="News", icon="bell", open=_no_screen), key=KEY
    )
    news = News(
        context,
        host=window,
        left=window.rail.width(),
        screens=[screen.id for screen in screens],
    )
    bell.clicked.connect(news.panel.toggle)
    window.commands.add(COMMAND, news)
    news.counted.connect(bell.set_count)
    window.rail.chosen.connect(news.panel.close_panel)


def _add_scanner(window: Window, context: Context) -> None:
    """A scanned ticket opens its booking, for whoever may see bookings."""
    operator = context.session.operator
    if not operator.may(Permission.SEE_BOOKINGS):
        return
    scanner = Scanner(window)

    def open_found(found: Sequence[BookingLine]) -> None:
        if not found:
            context.say(tr("No ticket has this code."), Level.WARN)
        elif QApplication.activeModalWidget() is not None:
            context.say(tr("A ticket was scanned. Finish here, then scan it again."), Level.WARN)
        else:
            context.navigate("bookings", found[0].id)

    def look_up(code: str) -> None:
        bookings = context.services.bookings
        context.tasks.run(
            scanner,
            lambda: bookings.bookings(BookingFilter(search=code), limit=1, by=operator),
            done=open_found,
            failed=lambda error: context.say(words(error), Level.WARN),
            key="scan",
        )

    scanner.ticket.connect(look_up)


def _no_screen(_: Context) -> QWidget:
    """The bell opens a panel; the window never asks it for a screen."""
    raise LookupError("the bell has no screen")


def _nothing(_: object) -> None:
    """Whoever left does not wait for what is written down about it."""
