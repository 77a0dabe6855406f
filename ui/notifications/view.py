"""Everything anybody was told, in a table; the chosen one with its letters in the panel at the right."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.deliveries import DeliveryState, Told
from app.domain.errors import HouselightsError, MailDown
from app.domain.notifications import Channel, Kind
from ui import house_time, theme
from ui.errors import Level, level, words
from ui.i18n import number, plural, tr
from ui.notifications.mail_dialog import MailDialog
from ui.notifications.mailing import Mailing
from ui.notifications.told_panel import ToldPanel
from ui.notifications.viewmodel import Outbox
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell, TwoLines
from ui.widgets.fields import SearchField
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column
from ui.widgets.table import Table
from ui.widgets.told import (
    detail,
    heading,
    kind_name,
    state_token,
    state_words,
    when_words,
)
from ui.widgets.windowed import WindowedModel

_SMALL, _TINY = 1320, 1000  # logical pixels of this view
_TWO_LINES = 56


class NotificationsView(QWidget):
    """Search, filters, table, panel; the primary action tries again what failed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        services, by = context.services, context.session.operator
        self.outbox = Outbox(
            services.outbox, by=by, tasks=context.tasks, relay=context.relay, parent=self
        )
        self.mailing = Mailing(
            services.mail, services.deliverer, by=by, tasks=context.tasks, parent=self
        )
        self.header = Header(tr("Notifications"))
        self.settings = Button(tr("Mail settings"), icon="settings")
        self.retry = Button(tr("Try failed ones again"), look="primary", icon="refresh")
        self.search = SearchField(tr("Search name, address, words"), key="F3")
        self.kind, self.state, self.channel, self.days = _chips()
        self.rows: WindowedModel[Told] = WindowedModel(
            _columns(), key=_key, tasks=context.tasks, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Notifications"))
        self.notice = NoticeBar()
        self.panel = ToldPanel()
        self.dialog = MailDialog(self.mailing, parent=self)
        self._count = 0
        self._lay_out()
        self._wire()
        self._ask()
        self.outbox.count()
        self.mailing.load()

    def _lay_out(self) -> None:
        self.table.setItemDelegateForColumn(1, TwoLines(_address, parent=self.table))
        self.table.setItemDelegateForColumn(2, TwoLines(_detail, parent=self.table))
        self.table.setItemDelegateForColumn(3, StatusCell(_token, self.table))
        self.table.verticalHeader().setDefaultSectionSize(_TWO_LINES)
        self.search.setMaximumWidth(380)
        self.header.buttons.addWidget(self.settings)
        self.header.buttons.addWidget(self.retry)
        self._empty = Empty(
            tr("No notifications"),
            tr("What customers and staff are told stands here, and what became of each e-mail."),
            icon="mail",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        sieve = QHBoxLayout()
        sieve.setSpacing(8)
        sieve.addWidget(self.search, 1)
        for chip in (self.kind, self.state, self.channel, self.days):
            sieve.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        sieve.addStretch(1)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addLayout(sieve)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.panel)

    def _wire(self) -> None:
        self.search.searched.connect(self.outbox.look_for)
        self.kind.chosen.connect(self.outbox.only_kind)
        self.state.chosen.connect(self.outbox.only_state)
        self.channel.chosen.connect(self.outbox.only_channel)
        self.days.ranged.connect(self.outbox.only_days)
        self.table.picked.connect(self._on_picked)
        self.retry.clicked.connect(self.try_again)
        self.settings.clicked.connect(self.set_mail)
        self.notice.acted.connect(self.set_mail)
        self.rows.counted.connect(self._on_counted)
        self.rows.failed.connect(self._on_failed)
        self.outbox.changed.connect(self._show)
        self.outbox.asked.connect(self._ask)
        self.outbox.stale.connect(self.rows.refresh)
        self.outbox.resent.connect(self._on_resent)
        self.mailing.changed.connect(self._show)
        self.mailing.saved.connect(self._on_saved)
        self.panel.resend.clicked.connect(self.outbox.resend)
        self.panel.wanted.connect(self._context.navigate)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        self.panel.setFixedWidth(336 if small else theme.current().size("basket"))
        self.search.setMinimumWidth(200 if small else 220)
        tiny = event.size().width() < _TINY
        usual = (148, 176, 0, 140) if small else (148, 208, 0, 156)
        for column, width in enumerate((124, 140, 0, 132) if tiny else usual):
            if width:
                self.table.setColumnWidth(column, width)
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the notification with this id, or the one a delivery of this id belongs to."""
        self.outbox.open(key)

    def to_search(self) -> None:
        """The cursor into the search."""
        self.search.setFocus()

    def has_failed(self) -> bool:
        """Whether e-mail waits that did not go out."""
        return self.retry.isEnabled()

    def try_again(self) -> None:
        """Send at once what did not go out."""
        self.outbox.retry_failed()

    def set_mail(self) -> None:
        """The mail server and the sender."""
        self.dialog.ask()

    def _ask(self) -> None:
        self.rows.show(self.outbox.source())

    def _on_picked(self, told: Told | None) -> None:
        if told is not None:
            self.outbox.open(told.id)

    def _on_counted(self, count: int) -> None:
        self._stack.setCurrentWidget(self.table if count else self._empty)
        self._count = count
        self._show_line()

    def _show_line(self) -> None:
        counts = self.outbox.state.counts
        parts = [plural("{count} notification", "{count} notifications", self._count)]
        if counts.waiting:
            parts.append(plural("{count} e-mail waits", "{count} e-mails wait", counts.waiting))
        failed = counts.of(DeliveryState.FAILED)
        if failed:
            parts.append(tr("{count} not delivered", count=number(failed)))
        self.header.set_line(", ".join(parts))

    def _on_failed(self, error: HouselightsError) -> None:
        self.notice.say(words(error), level=level(error))

    def _on_resent(self, count: int) -> None:
        if count:
            said = plural("{count} e-mail goes out", "{count} e-mails go out", count)
            self._context.say(said, Level.GOOD)
        else:
            self._context.say(
                tr("Nothing was sent: there is no address to send it to."), Level.WARN
            )

    def _on_saved(self) -> None:
        self._context.say(tr("The mail settings are saved"), Level.GOOD)

    def _show(self) -> None:
        state = self.outbox.state
        self.panel.show_state(state)
        self._show_line()
        failed = state.counts.of(DeliveryState.FAILED)
        self.retry.setEnabled(failed > 0 and not state.busy)
        if state.problem is not None:
            self.notice.say(words(state.problem), level=level(state.problem))
        elif self.mailing.state.known and not self.mailing.state.settings.host:
            said = words(MailDown("not_set_up"))
            self.notice.say(said, level=Level.WARN, action=tr("Mail settings"))
        else:
            self.notice.clear()


def _chips() -> tuple[FilterChip, FilterChip, FilterChip, DaysChip]:
    kind = FilterChip(tr("Kind"), everything=tr("Every kind"))
    kind.set_options([(one.value, kind_name(one)) for one in Kind])
    state = FilterChip(tr("E-mail"), everything=tr("Whatever became of it"))
    state.set_options(
        [
            ("owed", tr("Still to be sent")),
            (DeliveryState.RETRYING.value, state_words(DeliveryState.RETRYING)),
            (DeliveryState.FAILED.value, state_words(DeliveryState.FAILED)),
            (DeliveryState.DONE.value, state_words(DeliveryState.DONE)),
        ]
    )
    channel = FilterChip(tr("Channel"), everything=tr("Panel and e-mail"))
    channel.set_options(
        [(Channel.EMAIL.value, tr("With an e-mail")), (Channel.PANEL.value, tr("Panel only"))]
    )
    days = DaysChip(tr("Days"), everything=tr("Whenever"))
    today = house_time.today()
    days.set_ranges(
        [
            ("today", tr("Today"), today, today),
            ("week", tr("The last seven days"), today - timedelta(days=6), today),
            ("month", tr("The last 30 days"), today - timedelta(days=29), today),
        ]
    )
    return kind, state, channel, days


def _columns() -> tuple[Column[Told], ...]:
    return (
        Column(tr("Told"), lambda told: when_words(told.created_at), width=148),
        Column(tr("To"), lambda told: told.user, width=208),
        Column(tr("What"), lambda told: heading(told.kind, told.content), tip=_tip),
        Column(tr("E-mail"), lambda told: state_words(told.state), width=148),
    )


def _key(told: Told) -> str:
    return told.id


def _address(told: Told | None) -> str:
    return told.address if told is not None else ""


def _detail(told: Told | None) -> str:
    return detail(told.kind, told.content) if told is not None else ""


def _tip(told: Told) -> str:
    return detail(told.kind, told.content)


def _token(told: Told | None) -> str:
    return state_token(told.state) if told is not None else "faint"
