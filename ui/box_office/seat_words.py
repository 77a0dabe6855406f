"""What the hover card and a screen reader say of a seat: where it is, what it costs or whose it is."""

from __future__ import annotations

from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR
from app.domain.tickets import RESERVED, Claim, ClaimStatus, Occupant
from ui.box_office.stage import Stage
from ui.box_office.state import State
from ui.i18n import moment_brief, money, tr


def describe(state: State, stage: Stage, index: int, occupant: Occupant | None) -> tuple[str, str]:
    """Title and line for the seat at a plan index."""
    plan = stage.plan
    title = tr(
        "{section}, row {row}, seat {number}",
        section=plan.sections[plan.section[index]],
        row=plan.row[index],
        number=plan.number[index],
    )
    seat_no = int(plan.seat_no[index])
    claim = stage.claim_on(seat_no)
    traits = _traits(int(plan.attributes[index]))
    if claim is not None:
        said = _claim_words(claim, state.basket_id)
        if claim.status is ClaimStatus.SOLD and occupant is not None:
            said = ", ".join((said, *_occupant_words(occupant)))
        return title, ". ".join((said, *traits))
    row = stage.row(seat_no, price_types=state.price_types)
    kinds = {kind.id: kind.name for kind in state.price_types}
    cost = f"{money(row.price)} {kinds[row.price_type_id]}" if row.prices else tr("no price")
    return title, ". ".join((cost, row.zone, *traits))


def _occupant_words(occupant: Occupant) -> tuple[str, ...]:
    parts = [occupant.customer] if occupant.customer else []
    parts.append(occupant.number)
    if occupant.admitted_at is not None:
        parts.append(tr("in since {when}", when=moment_brief(occupant.admitted_at)))
    return tuple(parts)


def _traits(attributes: int) -> tuple[str, ...]:
    named = (
        (WHEELCHAIR, tr("Wheelchair space")),
        (COMPANION, tr("Companion seat")),
        (RESTRICTED_VIEW, tr("Restricted view")),
    )
    return tuple(word for flag, word in named if attributes & flag)


def _claim_words(claim: Claim, basket_id: str) -> str:
    match claim.status:
        case ClaimStatus.HELD if claim.basket_id == basket_id:
            return tr("In this basket. Click to give it back")
        case ClaimStatus.HELD:
            return tr("Held at {station}", station=claim.station_code or tr("another till"))
        case ClaimStatus.SOLD:
            return tr("Reserved") if claim.reason == RESERVED else tr("Sold")
        case ClaimStatus.ALLOTTED:
            return tr("Allotted to {station}", station=claim.station_code or "")
        case ClaimStatus.BLOCKED:
            return tr("Held back: {reason}", reason=claim.reason or "")
        case ClaimStatus.KILLED:
            return tr("Not for sale: {reason}", reason=claim.reason or "")
