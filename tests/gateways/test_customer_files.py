"""Customer files from any program: recognised, cut into rows, their lines counted as an editor does."""

import codecs
from pathlib import Path

import pytest

from app.domain.customer_sheets import Field, Sheet, SheetRow, column_called, propose
from app.domain.errors import FileUnusable, SheetRefused
from app.gateways import customer_files
from app.gateways.customer_files import CsvCustomerFiles

FILES = CsvCustomerFiles()


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes | str) -> Sheet:
        path = tmp_path / "customers.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return FILES.read(path)

    return read


@pytest.mark.parametrize(
    ("encode", "encoding"),
    [
        (lambda text: text.encode(), "utf-8"),
        (lambda text: codecs.BOM_UTF8 + text.encode(), "utf-8"),
        (lambda text: text.encode("utf-16"), "utf-16"),
        (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16"),
        (lambda text: text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: text.encode("cp1252"), "cp1252"),
    ],
    ids=["utf-8", "utf-8 marked", "utf-16 LE marked", "utf-16 BE marked", "LE", "BE", "cp1252"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end_is_recognised(read, encode, encoding, end):
    sheet = read(encode(f"Name;E-Mail{end}Jürgen Weiß – €;j@x.org{end}"))
    assert sheet.encoding == encoding
    assert sheet.header == ("Name", "E-Mail")
    assert sheet.rows == (SheetRow(2, ("Jürgen Weiß – €", "j@x.org")),)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_columns(read, mark):
    other = ";" if mark == "," else ","
    sheet = read(f'Name{mark}Notes\n"Doe{mark} Jane"{mark}a{other} b{other} c\nBob{mark}x\n')
    assert sheet.delimiter == mark
    assert [row.cells[0] for row in sheet.rows] == [f"Doe{mark} Jane", "Bob"]


def test_one_column_is_a_table_too(read):
    sheet = read("Name\nAnna\nBertha, the\n")
    assert [row.cell(0) for row in sheet.rows] == ["Anna", "Bertha"]


def test_a_line_that_names_the_delimiter_is_obeyed_and_counted(read):
    sheet = read("sep=|\nName|Notes\nAnna|a,b,c\n")
    assert (sheet.delimiter, sheet.header) == ("|", ("Name", "Notes"))
    assert sheet.rows[0].line == 3


def test_lines_are_counted_through_blank_ones_and_long_fields(read):
    sheet = read('Name,Notes\n\nAnna,"one\ntwo\nthree"\n , \nBertha,x\n')
    assert [(row.line, row.cells[0]) for row in sheet.rows] == [(3, "Anna"), (7, "Bertha")]


def test_a_file_without_a_header_keeps_its_first_row(read):
    sheet = read("Anna,anna@x.org\nBertha,b@x.org\n")
    assert len(sheet.rows) == 2
    assert propose(sheet) == {Field.EMAIL: 1, Field.NAME: 0}


@pytest.mark.parametrize(
    ("header", "mapped"),
    [
        ("Name,Email,Phone", {"name": 0, "email": 1, "phone": 2}),
        ("First Name,Last Name,E-mail", {"first_name": 0, "last_name": 1, "email": 2}),
        (
            "Vorname,Nachname,E-Mail-Adresse,Handy,Bemerkungen",
            "first_name last_name email phone notes",
        ),
        ("Nom,Prénom,Courriel,Téléphone", "last_name first_name email phone"),
        ("Apellidos,Nombre,Correo electrónico,Teléfono", "last_name first_name email phone"),
        ("Cognome,Nome,Indirizzo e-mail", "last_name first_name email"),
        ("Achternaam,Voornaam,Telefoon,Opmerking", "last_name first_name phone notes"),
        ("Imię i nazwisko,Adres,Telefon", {"name": 0, "phone": 2}),
        ("Фамилия,Имя,Телефон", "last_name first_name phone"),
        ("氏名,メールアドレス,電話番号,備考", "name email phone notes"),
        ("姓名,电子邮件,手机", "name email phone"),
        ("Who,What", {"name": 0}),
    ],
)
def test_columns_are_known_by_their_names_in_many_languages(read, header, mapped):
    if isinstance(mapped, str):
        mapped = {field: column for column, field in enumerate(mapped.split())}
    sheet = read(f"{header}\n{','.join('x' for _ in header.split(','))}\n")
    assert {str(field): column for field, column in propose(sheet).items()} == mapped


def test_a_column_is_named_by_title_or_number(read):
    sheet = read("Full name,Büro\nAnna,x\n")
    assert [column_called(sheet, name) for name in ("full-name", "BURO", "2", "3", "0", "x")] == [
        0,
        1,
        1,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"Name,Email\n", "no_rows"),
        (b'Name,Notes\nAnna,"' + b"x" * 140_000 + b'"\n', "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(read, data, problem):
    with pytest.raises(SheetRefused) as refused:
        read(data)
    assert refused.value.problem == problem


def test_what_is_no_text_is_refused(read):
    with pytest.raises(FileUnusable) as refused:
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\0\0\x81\0")
    assert refused.value.reason == "not_text"


def test_a_file_that_is_too_large_is_refused(read, monkeypatch):
    monkeypatch.setattr(customer_files, "MAX_ROWS", 2)
    with pytest.raises(SheetRefused) as refused:
        read("Name\na\nb\nc\n")
    assert refused.value.problem == "too_many"
    monkeypatch.setattr(customer_files, "MAX_BYTES", 5)
    with pytest.raises(SheetRefused) as refused:
        read("Name\na\n")
    assert refused.value.problem == "too_large"


def test_files_that_are_not_there_or_cannot_be_written_are_named(tmp_path):
    for path, reason in ((tmp_path / "none.csv", "missing"), (tmp_path, "is_folder")):
        with pytest.raises(FileUnusable) as refused:
            FILES.read(path)
        assert refused.value.reason == reason
    for path, reason in ((tmp_path / "no" / "x.csv", "missing"), (tmp_path, "is_folder")):
        with pytest.raises(FileUnusable) as refused:
            FILES.write_rows(path, ("a",), ())
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49", "-x", "@me", "\tx y", "'=1", "''=1", "'tis", "plain", ""]
)
def test_formulas_leave_as_text_and_come_back_as_they_were(tmp_path, cell):
    path = tmp_path / "out.csv"
    FILES.write_rows(path, ("Name", "Notes"), [("Anna", f"{cell}")])
    written = path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[1]
    assert not written.startswith(("=", "+", "-", "@", "\t"))
    assert FILES.read(path).rows[0].cell(1) == cell.strip()
