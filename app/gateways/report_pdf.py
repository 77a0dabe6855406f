"""Reports as PDF: the pages of `report_pages`, drawn with fpdf2.

Text is set in the house's font; what it has no letters for comes from the faces that matplotlib brings,
and what none of them has shows as a box that names its script.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

import resources
from app.domain.errors import Stopped
from app.domain.notation import Notation
from app.domain.report_pages import POINT, Ground, ReportPages, Rule, Stroke, Words
from app.domain.report_parts import Report, Stop
from app.gateways.arabic import joined, left_to_right

_INKS = {
    "text": (36, 31, 28),
    "muted": (106, 98, 90),
    "line": (229, 223, 213),
    "sunk": (247, 244, 238),
    "good": (30, 122, 76),
    "bad": (179, 38, 30),
    "brass": (169, 112, 27),
}


def write_pdf(report: Report, path: Path, *, notation: Notation, stop: Stop) -> None:
    """All tables of the report, one after the other, on as many pages as it takes; Stopped."""
    letters = Letters()
    pages = ReportPages(report, notation=notation, measure=letters.width)
    pdf = FPDF("P" if pages.width < pages.height else "L", "mm", "A4")
    pdf.set_auto_page_break(False)
    pdf.set_title(notation.say(report.title))
    pdf.set_author(report.house)
    pdf.set_creator("Houselights")
    with TemporaryDirectory() as folder:
        pen = _Pen(pdf, letters, Path(folder))
        try:
            for strokes in pages:
                if stop():
                    raise Stopped
                pen.draw(strokes)
            pdf.output(str(path))
        finally:
            for font in pdf.fonts.values():  # fpdf2 keeps their files open
                if isinstance(font, TTFFont):
                    font.ttfont.close()


@dataclass(frozen=True)
class Face:
    """A font: its file, which letters it has and how wide they are, in ems."""

    name: str
    content: bytes = field(repr=False)
    widths: Mapping[int, float] = field(repr=False)

    def width(self, text: str) -> float:
        """In ems; a letter it has not counts as none."""
        get = self.widths.get
        return sum([get(letter, 0.0) for letter in map(ord, text)])


class Letters:
    """Cuts a text into what each face draws. A face is read when a text first needs it."""

    def runs(self, text: str, bold: bool) -> list[tuple[Face, str]]:  # noqa: FBT001
        """The text as it is drawn from left to right."""
        house = _house(bold)
        if text.isascii() or all(ord(letter) in house.widths for letter in text):
            return [(house, text)]
        drawn = left_to_right(joined(text))
        cut = groupby(drawn, key=lambda letter: _face_for(letter, bold))
        return [(face, "".join(letters)) for face, letters in cut]

    def width(self, text: str, bold: bool) -> float:  # noqa: FBT001
        """In ems."""
        return sum(face.width(run) for face, run in self.runs(text, bold))


def _face_for(letter: str, bold: bool) -> Face:  # noqa: FBT001
    """The house's, else the one that helps out, else the boxes; a letter of none is left out."""
    for face in (_house, _helper, _boxes):
        found = face(bold)
        if ord(letter) in found.widths:
            return found
    return _house(bold)


@lru_cache(maxsize=2)
def _house(bold: bool) -> Face:  # noqa: FBT001
    """Inter with the figures of its "tnum" feature in the place of its own: a PDF knows no features,
    and amounts must stand under each other."""
    name = "Inter-SemiBold" if bold else "Inter-Regular"
    font = TTFont(BytesIO(resources.read(f"fonts/{name}.otf")), recalcBBoxes=False)
    swaps: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for number in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[number].SubTable:
                    swaps |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    for cmap in font["cmap"].tables:
        for letter in map(ord, "0123456789.,-"):
            if cmap.cmap.get(letter) in swaps:
                cmap.cmap[letter] = swaps[cmap.cmap[letter]]
    for layout in ("GSUB", "GPOS", "GDEF"):  # a PDF uses none of them
        if layout in font:
            del font[layout]
    made = BytesIO()
    font.save(made)
    return Face(name.lower(), made.getvalue(), _widths(font))


@lru_cache(maxsize=2)
def _helper(bold: bool) -> Face:  # noqa: FBT001
    """DejaVu Sans has Greek, Cyrillic, Hebrew, Arabic and many signs."""
    return _shipped("DejaVuSans-Bold" if bold else "DejaVuSans")


@lru_cache(maxsize=2)
def _boxes(bold: bool) -> Face:  # noqa: FBT001
    """Unicode's last resort: a box for every letter there is, with the name of its script."""
    del bold
    return _shipped("LastResortHE-Regular")


@lru_cache(maxsize=4)
def _shipped(name: str) -> Face:
    """A face that matplotlib brings; one without letters when it does not."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return Face(name.lower(), b"", {})
    file = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"
    if not file.exists():
        return Face(name.lower(), b"", {})
    content = file.read_bytes()
    return Face(name.lower(), content, _widths(TTFont(BytesIO(content), lazy=True)))


def _widths(font: TTFont) -> dict[int, float]:
    units, advances = font["head"].unitsPerEm, font["hmtx"].metrics
    cmap: dict[int, str] = font.getBestCmap()
    return {letter: advances[glyph][0] / units for letter, glyph in cmap.items()}


class _Pen:
    """Draws strokes, and remembers font and colour: most neighbours share them."""

    def __init__(self, pdf: FPDF, letters: Letters, folder: Path) -> None:
        self._pdf = pdf
        self._letters = letters
        self._folder = folder
        self._known: set[str] = set()
        self._ink = ""
        self._font: tuple[str, float] = ("", 0.0)

    def draw(self, strokes: tuple[Stroke, ...]) -> None:
        """One page."""
        self._pdf.add_page()
        self._ink, self._font = "", ("", 0.0)
        for stroke in strokes:
            match stroke:
                case Words():
                    self._write(stroke)
                case Rule():
                    self._pdf.set_draw_color(*_INKS[stroke.ink])
                    self._pdf.set_line_width(stroke.thick)
                    self._pdf.line(stroke.x, stroke.y, stroke.x + stroke.width, stroke.y)
                case Ground():
                    self._pdf.set_fill_color(*_INKS[stroke.ink])
                    self._pdf.rect(stroke.x, stroke.y, stroke.width, stroke.height, style="F")

    def _write(self, words: Words) -> None:
        if words.ink != self._ink:
            self._pdf.set_text_color(*_INKS[words.ink])
            self._ink = words.ink
        x, em = words.x, words.points * POINT
        runs = self._letters.runs(words.text, words.bold)
        if words.right:
            x -= sum(face.width(run) for face, run in runs) * em
        for face, run in runs:
            if self._font != (face.name, words.points):
                self._teach(face)
                self._pdf.set_font(face.name, "", words.points)
                self._font = (face.name, words.points)
            self._pdf.text(x, words.y, run)
            if len(runs) > 1:
                x += face.width(run) * em

    def _teach(self, face: Face) -> None:
        """Give the document a font when it is first needed."""
        if face.name not in self._known:
            self._known.add(face.name)
            file = self._folder / f"{face.name}.otf"
            file.write_bytes(face.content)
            self._pdf.add_font(face.name, "", str(file))
