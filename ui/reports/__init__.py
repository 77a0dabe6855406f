"""Reports: choose, narrow, look, then print or save; what is shown is what the file holds."""

from __future__ import annotations

from app.domain.users import Permission
from ui.reports.commands import COMMANDS
from ui.reports.view import ReportsView
from ui.screen import Screen

SCREEN = Screen(
    id="reports",
    title="Reports",
    icon="report",
    open=ReportsView,
    permission=Permission.SEE_REPORTS,
    order=65,
    commands=COMMANDS,
)
