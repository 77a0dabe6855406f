"""What users are told: kinds, channels, wishes, and the rows that carry the facts.

A notification keeps facts only (`content`, JSON); its words are made where it is read: in the panel by
`ui`, in a mail by the templates. So a name with HTML in it stays a name, and a language can be added.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.users import Operator, Permission, Role

Content = Mapping[str, object]


class Channel(StrEnum):
    """How something reaches somebody. What stands in the panel needs no delivery."""

    PANEL = "panel"
    EMAIL = "email"
    PRINT = "print"


class Kind(StrEnum):
    """What a user is told; the first twelve are for customers, the rest for staff."""

    BOOKING_CONFIRMED = "booking_confirmed"
    BOOKING_CANCELLED = "booking_cancelled"
    EXCHANGED = "exchanged"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_FAILED = "payment_failed"
    REFUNDED = "refunded"
    EVENT_UPDATED = "event_updated"
    PERFORMANCE_CANCELLED = "performance_cancelled"
    RESERVATION_EXPIRING = "reservation_expiring"
    RESERVATION_EXPIRED = "reservation_expired"
    REMINDER = "reminder"
    MESSAGE = "message"
    SOLD_OUT = "sold_out"
    LOW_AVAILABILITY = "low_availability"
    DELIVERY_FAILED = "delivery_failed"
    MAIL_DOWN = "mail_down"

    @property
    def for_staff(self) -> bool:
        """Whether it is about running the house, not about somebody's own booking."""
        return self in _STAFF


_STAFF = {Kind.SOLD_OUT, Kind.LOW_AVAILABILITY, Kind.DELIVERY_FAILED, Kind.MAIL_DOWN}
# Mail about mail that does not go out would go round in circles.
_PANEL_ONLY = {Kind.DELIVERY_FAILED, Kind.MAIL_DOWN}
# Told by mail only on request: staff look at the panel all day.
_QUIET = {Kind.SOLD_OUT, Kind.LOW_AVAILABILITY}

ANYWHERE = frozenset({Channel.PANEL, Channel.EMAIL})


def offered(kind: Kind) -> tuple[Channel, ...]:
    """The channels a user can choose from for a kind."""
    return (Channel.PANEL,) if kind in _PANEL_ONLY else (Channel.PANEL, Channel.EMAIL)


def wanted_unless_told(kind: Kind, channel: Channel) -> bool:
    """What holds for a user who never chose."""
    return channel is Channel.PANEL or kind not in _PANEL_ONLY | _QUIET


def kinds_for(role: Role) -> tuple[Kind, ...]:
    """The kinds a user of this role can be told; staff buy tickets too."""
    may = _roles_may(Permission.SEE_FIGURES), _roles_may(Permission.MANAGE_NOTIFICATIONS)
    figures = (Kind.SOLD_OUT, Kind.LOW_AVAILABILITY) if role in may[0] else ()
    mail = (Kind.DELIVERY_FAILED, Kind.MAIL_DOWN) if role in may[1] else ()
    return (*(kind for kind in Kind if not kind.for_staff), *figures, *mail)


def _roles_may(permission: Permission) -> tuple[Role, ...]:
    return tuple(role for role in Role if Operator("", "", role, "", "").may(permission))


def roles_told(permission: Permission) -> tuple[Role, ...]:
    """The roles of staff that hold a permission."""
    return tuple(role for role in _roles_may(permission) if role is not Role.CUSTOMER)


class DeliveryStatus(StrEnum):
    """A queued delivery is still owed to somebody; a failed one was given up, a withdrawn one is not
    meant any more."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something owed since `created_at` (UTC): the tickets of a booking on a channel."""

    id: str
    booking_id: str
    kind: str
    channel: Channel
    status: DeliveryStatus
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing one user was told. `subject_kind` and `subject_id` say what to open."""

    id: str
    user_id: str
    kind: Kind
    subject_kind: str
    subject_id: str
    content: Content
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with live tickets in a booking."""

    booking_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user wants of one kind on one channel."""

    kind: Kind
    channel: Channel
    wanted: bool


class Notifications(Protocol):
    """Notifications, wishes and the outbox as the database keeps them."""

    # -- telling, in the transaction of the cause ----------------------------------------------

    def tell(
        self,
        user_ids: Collection[str],
        *,
        kind: Kind,
        subject_kind: str,
        subject_id: str,
        content: Content,
        booking_id: str | None = None,
        channels: Collection[Channel] = ANYWHERE,
    ) -> int:
        """One notification for each user, and an e-mail owed to whoever has an address and wants it.

        `content` holds plain JSON values; `booking_id` is whose tickets the e-mail carries. Nothing is
        sent here. How many were told; a user twice in `user_ids` is told once.
        """

    def tell_buyer(
        self,
        booking_id: str,
        *,
        kind: Kind,
        more: Content | None = None,
        ticket_ids: Collection[str] = (),
        channels: Collection[Channel] = ANYWHERE,
    ) -> int:
        """Tell the customer of a booking; the content is what the booking is (see `content_of`) and
        `more`. With `ticket_ids` it speaks of these tickets only. 0 for a walk-up."""

    def tell_holders(
        self,
        performance_id: str,
        *,
        kind: Kind,
        more: Content | None = None,
        holders: Collection[Holder] | None = None,
        subject: tuple[str, str] | None = None,
    ) -> int:
        """Tell everybody who holds a live ticket of a performance, or only these holders, once per
        booking; the content is what each holds for this performance, and `more`.

        Call it before a cancellation voids the tickets. The subject is the booking unless told.
        """

    def holders(
        self, performance_id: str, *, not_told: str = "", limit: int | None = None
    ) -> tuple[Holder, ...]:
        """Everybody who holds a live ticket, by booking. With `not_told` only those who were not told
        the message of this id."""

    def reached_by_mail(self, user_ids: Collection[str], *, kind: Kind) -> dict[str, str]:
        """Of these users, those who have an address and want this kind by e-mail; their addresses."""

    def organizer_of(self, performance_id: str) -> str:
        """Whose event a performance is of; NotFound."""

    def content_of(
        self,
        booking_ids: Collection[str],
        *,
        ticket_ids: Collection[str] = (),
        performance_id: str = "",
    ) -> dict[str, dict[str, object]]:
        """What can be said of bookings, or of one performance in them: number, customer, total, deposit,
        currency, status, expires_at, booking_id, and performances with title, venue, starts_at and live
        tickets (all tickets when none is live). Money is in minor units of the
        booking's `currency`, instants are ISO 8601 in UTC beside the venue's zone."""

    def tell_bookings(
        self, booking_ids: Collection[str], *, kind: Kind, more: Content | None = None
    ) -> int:
        """Tell the customers of these bookings, each about their own."""

    def staff(self, permission: Permission, *, organizer_id: str = "") -> tuple[str, ...]:
        """Active members of staff who hold a permission; with `organizer_id`, of the organizers only
        that one."""

    # -- reading -------------------------------------------------------------------------------

    def newest(
        self, user_id: str, *, below: datetime | None = None, limit: int
    ) -> tuple[Notification, ...]:
        """What a user was told and wants in the panel, newest first, from before `below`."""

    def notification(self, notification_id: str) -> Notification:
        """One of them, wanted in the panel or not; NotFound."""

    def told_message(self, user_id: str, message_id: str) -> bool:
        """Whether the user was told the message of this id."""

    def unread(self, user_id: str) -> int:
        """How many of these are not read yet."""

    def mark_read(self, user_id: str, notification_ids: Collection[str] | None) -> int:
        """These, or all of the user's, are read now; how many were not. Others' are passed over."""

    def wishes(self, user_id: str) -> tuple[Wish, ...]:
        """What the user chose; the rest holds as `wanted_unless_told` says."""

    def wish(self, user_id: str, wish: Wish) -> None:
        """Keep a choice."""

    # -- print ---------------------------------------------------------------------------------

    def owed(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        """Queued deliveries on paper, oldest first."""

    def done(self, booking_id: str, *, channel: Channel, at: datetime) -> int:
        """Mark a booking's queued deliveries on a channel as done; how many there were."""

    def done_before(self, instant: datetime, *, channel: Channel) -> None:
        """Mark what was owed on a channel before `instant` as done when it fell due."""
