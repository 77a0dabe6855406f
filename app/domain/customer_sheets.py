"""Customers in a table from elsewhere: what its columns mean, and what is wrong with which row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.domain.customers import Contact, Customer, Known, identity
from app.domain.errors import Invalid
from app.domain.search import folded, without_marks


class Field(StrEnum):
    """What a column can hold; a name comes whole or in two columns."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    NOTES = "notes"


Mapped = Mapping[Field, int]  # which column, counted from 0, holds the field

# How columns are called, in any case and without marks and spaces.
_CALLED: dict[Field, str] = {
    Field.EMAIL: (
        "email emailaddress emailadresse mail mailadresse adressemail courriel correo"
        " correoelectronico correio indirizzoemail epost epostadresse sahkoposti eposta"
        " электроннаяпочта почта メール メールアドレス 电子邮件 邮箱 이메일 email1value"
    ),
    Field.FIRST_NAME: (
        "firstname givenname forename vorname prenom nombre nombredepila nome primeironome voornaam"
        " fornavn fornamn etunimi imie jmeno ad имя 名 名字 이름"
    ),
    Field.LAST_NAME: (
        "lastname surname familyname nachname familienname nomdefamille apellido apellidos cognome"
        " sobrenome apelido achternaam etternavn efternavn efternamn sukunimi nazwisko prijmeni"
        " soyad soyadi фамилия 姓 성"
    ),
    Field.NAME: (
        "name fullname customer customername contact contactname displayname kunde kundenname"
        " vollername nom nomcomplet client nomecompleto nombrecompleto naam volledigenaam"
        " imieinazwisko navn namn nimi adsoyad фио клиент 氏名 名前 お名前 姓名 客户 고객명 성명"
    ),
    Field.PHONE: (
        "phone phonenumber telephone tel mobile mobilephone cell cellphone telefon telefonnummer"
        " handy mobil mobilnummer rufnummer portable numerodetelephone telefono movil celular"
        " cellulare telemovel telefone telefoon mobiel puhelin numertelefonu telefonnr телефон"
        " 電話 電話番号 电话 手机 전화 phone1value"
    ),
    Field.NOTES: (
        "notes note remark remarks comment comments notiz notizen bemerkung bemerkungen kommentar"
        " remarque remarques commentaire nota notas observaciones observacoes opmerking opmerkingen"
        " uwagi poznamka примечание заметки 備考 メモ 备注 비고"
    ),
}
_NOT_A_LETTER = re.compile(r"[\W_]+")
# "nom" and "nome" are the family's or the given name when their counterpart stands beside them
_HALVES = {"nom": Field.LAST_NAME, "name": Field.LAST_NAME, "naam": Field.LAST_NAME}


def _called(title: str) -> str:
    return _NOT_A_LETTER.sub("", without_marks(folded(title)))


_MEANS = {_called(word): field for field, words in _CALLED.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One record; `line` counts the file's lines from 1, as an editor does."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """What stands there; "" for a row that ends before."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's records below its header; `encoding` and `delimiter` as they were recognised."""

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]


class OnKnown(StrEnum):
    """What happens to a row about somebody who is there already."""

    UPDATE = "update"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out. `problem` is a key of the words table: what `Contact.checked` says, or
    duplicate (of the row in line `of`), or staff (the address belongs to somebody who works here)."""

    row: SheetRow
    field: Field
    problem: str
    of: int = 0


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that makes a customer, or changes one."""

    row: SheetRow
    contact: Contact


@dataclass(frozen=True, slots=True)
class Sorted:
    """A sheet's rows, told apart."""

    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do."""

    new: int
    known: int
    bad: tuple[BadRow, ...]

    @property
    def left_out(self) -> int:
        """How many rows are bad; one may be so in several ways."""
        return _rows(self.bad)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did. `same` were there already and stayed as they are; `left` rows were not
    reached because it was stopped."""

    added: int = 0
    updated: int = 0
    same: int = 0
    left: int = 0
    bad: tuple[BadRow, ...] = ()

    @property
    def left_out(self) -> int:
        """How many rows were bad; one may be so in several ways."""
        return _rows(self.bad)


def _rows(bad: tuple[BadRow, ...]) -> int:
    return len({each.row.line for each in bad})


class CustomerFiles(Protocol):
    """Tables of customers as files."""

    def read(self, path: Path) -> Sheet:
        """FileUnusable, SheetRefused."""

    def write(self, path: Path, customers: Sequence[Customer]) -> None:
        """Customers with a header that `propose` understands; FileUnusable."""

    def write_rows(self, path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Any rows below a header; FileUnusable."""


Progress = Callable[[int, int], bool]  # rows done, rows in all; False stops the import


def propose(sheet: Sheet) -> dict[Field, int]:
    """Which column is likely to hold what, by its name, and the e-mail by its look."""
    called = [_called(title) for title in sheet.header]
    mapped: dict[Field, int] = {}
    for column, title in enumerate(called):
        field = _MEANS.get(title)
        if field is not None:
            mapped.setdefault(field, column)
    whole = mapped.get(Field.NAME)
    if whole is not None and Field.FIRST_NAME in mapped and Field.LAST_NAME not in mapped:
        half = _HALVES.get(called[whole])
        if half is not None:
            mapped[half] = mapped.pop(Field.NAME)
    if Field.EMAIL not in mapped:
        by_look = _looks_like_email(sheet, set(mapped.values()))
        if by_look is not None:
            mapped[Field.EMAIL] = by_look
    if not {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME} & set(mapped):
        free = [n for n in range(len(sheet.header)) if n not in mapped.values()]
        if free:
            mapped[Field.NAME] = free[0]
    return mapped


def column_called(sheet: Sheet, name: str) -> int | None:
    """The column of this title, or of this number counted from 1."""
    wanted = _called(name)
    for column, title in enumerate(sheet.header):
        if _called(title) == wanted:
            return column
    if name.strip().isdecimal() and 1 <= int(name) <= len(sheet.header):
        return int(name) - 1
    return None


def sort_rows(sheet: Sheet, mapped: Mapped) -> Sorted:
    """Which rows of the sheet are fit to come in, by themselves and beside each other."""
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    first: dict[str, int] = {}
    for row in sheet.rows:
        try:
            contact = contact_in(row, mapped).checked()
        except Invalid as error:
            bad += [BadRow(row, Field(field), problem) for field, problem in error.problems.items()]
            continue
        earlier = first.setdefault(identity(contact), row.line)
        if earlier != row.line:
            field = Field.EMAIL if contact.email else Field.NAME
            bad.append(BadRow(row, field, "duplicate", of=earlier))
        else:
            good.append(GoodRow(row, contact))
    return Sorted(tuple(good), tuple(bad))


def contact_in(row: SheetRow, mapped: Mapped) -> Contact:
    """What a row says of somebody, unchecked."""
    halves = (row.cell(mapped.get(Field.FIRST_NAME)), row.cell(mapped.get(Field.LAST_NAME)))
    name = row.cell(mapped.get(Field.NAME)) or " ".join(half for half in halves if half.strip())
    rest = (row.cell(mapped.get(field)) for field in (Field.EMAIL, Field.PHONE, Field.NOTES))
    return Contact(name, *rest)


def merged(known: Contact, row: Contact) -> Contact:
    """What somebody known becomes: what the row says counts, what it is silent about stays, and notes
    are added to, never lost."""
    notes = known.notes
    if row.notes and row.notes not in notes:
        notes = f"{notes}\n{row.notes}".strip()
    return Contact(row.name, known.email or row.email, row.phone or known.phone, notes)


def unwelcome(row: GoodRow, known: Known | None) -> BadRow | None:
    """A row about a member of staff: an import changes customers only."""
    if known is None or known.customer:
        return None
    return BadRow(row.row, Field.EMAIL, "staff")


def _looks_like_email(sheet: Sheet, taken: set[int]) -> int | None:
    for column in range(len(sheet.header)):
        cells = [row.cell(column) for row in sheet.rows[:50]]
        filled = [cell for cell in cells if cell.strip()]
        if column not in taken and filled and sum("@" in cell for cell in filled) * 2 > len(filled):
            return column
    return None
