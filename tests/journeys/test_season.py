"""A theatre's season through the window: from the wizard to the last report, with two more tills selling.

SEASON_SALES says how many sales the other tills make (60 unless told otherwise; 300 is the long form),
SEASON_SHOTS names a folder for a picture of every station.
"""

import os
from collections.abc import Iterator

import pytest

from tests.journeys import season_closing as closing
from tests.journeys import season_opening as opening
from tests.journeys import season_returns as returns
from tests.journeys import season_selling as selling
from tests.journeys.season_ledger import Ledger
from tests.journeys.season_window import Theatre
from tests.mail_server import mail_server
from ui import theme

SALES = int(os.environ.get("SEASON_SALES", "60"))


@pytest.fixture
def season(lights, sqlite_url: str, qtbot) -> Iterator[Theatre]:
    """A house that nobody has opened, and a mail server that takes everything."""
    with mail_server() as (mailbox, way):
        made = Theatre(sqlite_url, qtbot, mailbox=mailbox, way=way)
        yield made
        made.end()


@pytest.fixture
def lights(qapp) -> Iterator[None]:
    """House lights up, before and after."""
    theme.apply(qapp, theme.load("light"))
    yield
    theme.apply(qapp, theme.load("light"))


@pytest.mark.timeout(900)
def test_a_season_from_the_wizard_to_the_last_report(season, tmp_path):
    said = {}
    opening.open_house(season)
    opening.set_up_mail(season)
    opening.fit_out_venue(season)
    opening.announce_event(season)
    opening.bring_in_customers(season, tmp_path)
    selling.open_drawer(season)
    with selling.other_tills(season, SALES) as tills:
        by_hand = selling.sell_by_hand(season)
        for sale in selling.RESERVED:
            selling.reserve(season, sale)
        said["other tills"] = tills.wait()
    selling.check_programme(season)
    assert [till["sales"] for till in said["other tills"]] == [SALES // 2] * 2
    assert len(by_hand) == 12
    said["confirmations"] = returns.check_confirmations(season)
    returns.refund_one_ticket(season, by_hand[0])
    returns.cancel_booking(season, by_hand[9])
    said["called off"] = returns.call_off(season)
    said["moved"] = returns.move(season)
    said["drawer"] = closing.close_drawer(season)
    closing.check_dashboard(season)
    closing.check_people(season)
    closing.check_reports(season, tmp_path)
    said["money"] = Ledger(season.url).money()
    said["letters"] = len(season.mailbox.raw)
    said["counts"] = closing.check_house(season)
    for what, figures in said.items():
        print(f"{what}: {figures}")
