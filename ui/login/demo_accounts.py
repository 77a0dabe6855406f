"""The demo theatre's staff, as buttons of the sign-in window."""

from __future__ import annotations

from app.demo.people import STAFF
from app.demo.repertoire import PASSWORD
from ui.login.viewmodel import DemoAccount

DEMO_ACCOUNTS = tuple(
    DemoAccount(person.name, person.role.value, person.email, PASSWORD) for person in STAFF
)
