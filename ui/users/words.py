"""How a user's role and state are said."""

from __future__ import annotations

from app.domain.users import Account, Role
from ui import house_time
from ui.i18n import date_short, moment, tr

ROLES = {
    Role.CUSTOMER: "Customer",
    Role.CASHIER: "Cashier",
    Role.ORGANIZER: "Organizer",
    Role.MANAGER: "Manager",
    Role.ADMIN: "Admin",
}
_MAY = {
    Role.CUSTOMER: "Books for themselves and sees their own tickets.",
    Role.CASHIER: "Sells, refunds, looks after customers and the drawer.",
    Role.ORGANIZER: "Looks after their own events and sees their figures.",
    Role.MANAGER: "Everything at the counter, all events, all reports.",
    Role.ADMIN: "Everything, users and settings included.",
}


def role_words(role: Role) -> str:
    """The role with a capital."""
    return tr(ROLES[role])


def may_words(role: Role) -> str:
    """What somebody of this role does."""
    return tr(_MAY[role])


def is_locked(account: Account) -> bool:
    """Whether the account rests after wrong passwords."""
    return account.locked_until is not None and account.locked_until > house_time.now()


def has_code(account: Account) -> bool:
    """Whether a one-time code is out and still counts."""
    return account.code_until is not None and account.code_until > house_time.now()


def status_words(account: Account) -> str:
    """In a word or two, for the list."""
    if not account.user.active:
        return tr("Deactivated")
    if is_locked(account):
        return tr("Locked")
    if has_code(account):
        return tr("Invited") if not account.has_password else tr("Code given")
    return tr("Active") if account.has_password else tr("No sign-in")


def status_token(account: Account) -> str:
    """The colour of the mark beside those words."""
    if not account.user.active:
        return "bad"
    if is_locked(account) or has_code(account):
        return "warn"
    return "good" if account.has_password else "faint"


def status_sentence(account: Account) -> str:
    """In full, for the page."""
    if not account.user.active:
        return tr("Deactivated. Nobody signs in as this user; what they did stays.")
    if account.locked_until is not None and is_locked(account):
        until = moment(account.locked_until)
        return tr("Locked until {until} after too many wrong passwords.", until=until)
    if account.code_until is not None and has_code(account):
        day = date_short(account.code_until.astimezone().date())
        return tr("A one-time code is out. It counts until {day}.", day=day)
    if account.has_password:
        return tr("Active.")
    return tr("Cannot sign in: has neither a password nor a code.")
