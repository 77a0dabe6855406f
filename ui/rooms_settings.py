"""The rooms of the settings for the gallery: backups as they stand and when late, a move and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.demo.people import STAFF
from app.domain.backups import BackupPlan, KeptBackup
from app.domain.shared_house import Enrolment, Right
from app.domain.users import Operator, Role
from ui.application import Houselights
from ui.settings.backups import BACK_UP
from ui.settings.long_work import Running
from ui.settings.place import MOVE
from ui.settings.view import SettingsView
from ui.shell.moved_dialog import MovedDialog
from ui.shell.window import Window

Room = tuple[str, Callable[[], QWidget]]

_BOTH = (Right.STATION, Right.ORGANIZER)
_FOLDER = Path("/media/box-office/backups")


@dataclass
class Keeping:
    """The demo's settings as its admin sees them; `folder` is for files that are thrown away."""

    services: Any  # what `app.bootstrap` built
    house: Houselights
    folder: Path

    def rooms(self) -> tuple[Room, ...]:
        """Every section, calm and in trouble; the moves last, because nobody sells after one."""
        return (
            ("settings-backups-none", self._none),
            ("settings-backups", self._backups),
            ("settings-backups-running", self._running),
            ("settings-backups-late", self._late),
            ("settings-stations-alone", self._alone),
            ("settings-stations", self._stations),
            ("settings-stations-enrol", self._enrolling),
            ("settings-place", self._place),
            ("settings-place-checked", self._checked),
            ("settings-place-moving", self._moving),
            ("settings-place-moved", self._moved),
            ("settings-moved-start", self._start),
        )

    def _operator(self) -> Operator:
        person = next(person for person in STAFF if person.role is Role.ADMIN)
        operator: Operator = self.services.users.operator_for(
            person.email, station=self.services.station
        )
        return operator

    def _window(self, section: str) -> tuple[Window, Any]:
        window = self.house.window_for(self._operator())
        window.go("settings", section)
        (view,) = window.findChildren(SettingsView)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()  # what is read on showing comes before what is posed
        return window, view.page(section)

    def _none(self) -> QWidget:
        window, _ = self._window("backups")
        return window

    def _plan(self) -> Any:
        """Backups are made, and one is there."""
        backups, by = self.services.backups, self._operator()
        plan = BackupPlan(str(self.folder / "backups"), by.station_code, active=True)
        if backups.state(by=by).plan != plan:
            backups.change_plan(plan, by=by)
            backups.back_up_now(by=by, follow=_quietly)
        return backups

    def _backups(self) -> QWidget:
        self._plan()
        window, panel = self._window("backups")
        self._age(panel, timedelta(hours=3))
        return window

    @staticmethod
    def _age(panel: Any, age: timedelta) -> None:
        """As if the last one had been made then, and those before it."""
        model = panel.backups
        state = model.state.standing
        last = state.now - age
        kept = _history(model.state.kept[0], last)
        plan = replace(state.plan, folder=str(_FOLDER))
        model.set(
            standing=replace(state, plan=plan, last_at=last, last_file=str(kept[0].path)),
            plan=plan,
            kept=kept,
        )

    def _running(self) -> QWidget:
        self._plan()
        window, panel = self._window("backups")
        self._age(panel, timedelta(hours=3))
        panel.backups.set(running=Running(BACK_UP, 0.62, "tickets"))
        return window

    def _late(self) -> QWidget:
        self._plan()
        window, panel = self._window("backups")
        self._age(panel, timedelta(days=4, hours=2))
        return window

    def _alone(self) -> QWidget:
        window, _ = self._window("stations")
        return window

    def _stations(self) -> QWidget:
        """As in a shared house: the demo is a file."""
        window, panel = self._window("stations")
        panel.stations.is_shared = True
        panel.stations._service = _Enrolled()  # noqa: SLF001 - posed
        return window

    def _enrolling(self) -> QWidget:
        _, panel = self._window("stations")
        panel.stations.is_shared = True
        panel.stations._service = _Enrolled()  # noqa: SLF001 - posed
        panel.stations.read()
        panel.dialog.ask()
        panel.dialog.code.set_text("T4")
        panel.dialog.name.set_text("Till on the balcony")
        dialog: QWidget = panel.dialog
        return dialog

    def _place(self) -> QWidget:
        window, _ = self._window("place")
        return window

    def _checked(self) -> QWidget:
        window, panel = self._window("place")
        panel.place.check()
        return window

    def _moving(self) -> QWidget:
        window, panel = self._window("place")
        place = self.folder / "elsewhere.db"
        panel.journey.kind.choose("file")
        panel.journey.address.set_text(str(place))
        panel.place.look(f"sqlite:///{place}")
        panel.place.set(running=Running(MOVE, 0.41, "payment_shares"))
        return window

    def _moved(self) -> QWidget:
        window, panel = self._window("place")
        panel.place.look(f"sqlite:///{self.folder / 'elsewhere.db'}")
        panel.place.move()
        return window

    def _start(self) -> QWidget:
        gone = self.services.moving.gone()
        if gone is None:
            raise LookupError("the house is here")
        return MovedDialog(gone)


class _Enrolled:
    """What a shared house would answer to a window whose own login may not enrol."""

    def enrolments(self, *, by: Operator) -> tuple[Enrolment, ...]:
        """Five stations."""
        del by
        since = datetime(2026, 9, 1, 9, tzinfo=UTC)
        return (
            Enrolment("K1", "Kiosk in the foyer", "lantern_at_k1", (Right.STATION,), since),
            Enrolment("OFFICE", "Office", "lantern_at_office", _BOTH, since),
            Enrolment("T1", "Till at the entrance", "lantern_at_t1", (Right.STATION,), since),
            Enrolment("T2", "Till in the foyer", "lantern_at_t2", (), since, since),
            Enrolment("T3", "T3"),
        )

    def may_enrol(self, *, by: Operator) -> bool:
        """As at any till."""
        del by
        return False


def _history(newest: KeptBackup, last: Any) -> tuple[KeptBackup, ...]:
    """What a folder holds after some weeks."""
    ages = (0, 1, 2, 3, 4, 5, 6, 13, 20, 27)
    return tuple(
        replace(
            newest,
            path=_FOLDER / f"houselights-{last - timedelta(days=age):%Y%m%d-%H%M%S}-T1.db",
            made_at=last - timedelta(days=age),
            proven_at=last - timedelta(days=age),
            house="/media/box-office/houselights.db",
            size=newest.size - age * 210_000,
            figures={"valid_tickets": newest.figures["valid_tickets"] - 187 * age},
        )
        for age in ages
    )


def _quietly(share: float, step: str) -> None:
    """Progress nobody watches."""
