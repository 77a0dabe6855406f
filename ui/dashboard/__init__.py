"""The dashboard: how the house sells, at a glance."""

from __future__ import annotations

from app.domain.users import Permission
from ui.dashboard.view import DashboardView
from ui.screen import Screen

SCREEN = Screen(
    id="dashboard",
    title="Dashboard",
    icon="bar-chart",
    open=DashboardView,
    permission=Permission.SEE_FIGURES,
    order=60,
)
