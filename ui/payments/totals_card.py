"""What the list comes to, tender by tender: in words and figures, never only by colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.payment_history import TenderTotal
from app.domain.values import Money
from ui import theme
from ui.i18n import money, plural, tr
from ui.widgets import painting
from ui.widgets.tenders import tender_words

_HEIGHT = 84
_PAD = 16
_MORE = 0.3  # the sum has more room than its parts
_LEAST = 11  # pixels of type
_EXPANDING = QSizePolicy.Policy.Expanding
_FIXED = QSizePolicy.Policy.Fixed


class TotalsCard(QWidget):
    """A cell a tender and one for the sum, side by side; several currencies are summed apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(_EXPANDING, _FIXED)
        self._cells: list[tuple[str, str, str]] = []

    def sizeHint(self) -> QSize:
        """Any width."""
        return QSize(480, _HEIGHT)

    def texts(self) -> tuple[tuple[str, str, str], ...]:
        """What the cells say: name, figure, line below."""
        return tuple(self._cells)

    def show_totals(self, totals: tuple[TenderTotal, ...]) -> None:
        """Show them; nothing while they are not known."""
        many = len({total.taken.currency for total in totals}) > 1
        self._cells = [*_sums(totals), *(_cell(total, many=many) for total in totals)]
        said = "; ".join(f"{name} {figure}, {below}" for name, figure, below in self._cells)
        self.setAccessibleName(tr("Totals: {said}", said=said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells with hairlines between."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        fill, line = look.colour("surface"), look.colour("line")
        painting.ground(painter, rect, radius=look.size("radius-card"), fill=fill, line=line)
        left, share = 0.0, rect.width() / max(len(self._cells) + _MORE, 1)
        for place, (name, figure, below) in enumerate(self._cells):
            width = share * (1 + _MORE if place == 0 else 1)
            cell = QRectF(left + _PAD, 0, width - 2 * _PAD, rect.height())
            if place:
                painter.fillRect(QRectF(left, 16, 1, rect.height() - 32), line)
            size = "title-type" if place == 0 else "lead-type"
            rows = (
                (12, 18, "small-type", painting.MEDIUM, "muted", name),
                (30, 28, size, painting.SEMIBOLD, "text", figure),
                (57, 18, "small-type", painting.REGULAR, "muted", _that_fits(below, cell.width())),
            )
            for top, height, font, weight, ink, text in rows:
                box = QRectF(cell.left(), top, cell.width(), height)
                made, colour = _fitted(text, font, weight, room=cell.width()), look.colour(ink)
                painting.words(painter, box, text, font=made, ink=colour)
            left += width
        painter.end()


def _that_fits(text: str, room: float) -> str:
    """Without the words when there is no room for them: the counts are what matters."""
    if painting.width_of(text, theme.current().font("small-type")) <= room:
        return text
    first, _, rest = text.partition(", ")
    short = first.split(" ")[0]
    return f"{short}, {rest}" if rest else short


def _fitted(text: str, size: str, weight: QFont.Weight, *, room: float) -> QFont:
    """Figures shrink rather than lose their last digits."""
    font = theme.current().font(size, weight)
    while font.pixelSize() > _LEAST and painting.width_of(text, font) > room:
        font.setPixelSize(font.pixelSize() - 1)
    return font


def _sums(totals: tuple[TenderTotal, ...]) -> list[tuple[str, str, str]]:
    cells = []
    for currency in dict.fromkeys(total.taken.currency for total in totals):
        mine = [total for total in totals if total.taken.currency == currency]
        net = Money.total((total.net for total in mine), currency)
        payments, refunds = sum(t.payments for t in mine), sum(t.refunds for t in mine)
        cells.append((tr("All"), money(net), _counts(payments, refunds)))
    return cells


def _cell(total: TenderTotal, *, many: bool) -> tuple[str, str, str]:
    name = tender_words(total.tender)
    said = f"{name}, {total.taken.currency}" if many else name
    return said, money(total.net), _counts(total.payments, total.refunds)


def _counts(payments: int, refunds: int) -> str:
    taken = plural("{count} payment", "{count} payments", payments)
    if not refunds:
        return taken
    return f"{taken}, {plural('{count} back', '{count} back', refunds)}"
