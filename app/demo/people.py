"""Who works at the demo theatre and who comes to see it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from unicodedata import combining, normalize

from app.domain.users import Role

HOUSE = "lanternhaus.example"
CUSTOMERS = 400


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody before they have an account."""

    name: str
    email: str
    role: Role = Role.CUSTOMER


STAFF = (
    Person("Carla Cashier", f"carla@{HOUSE}", Role.CASHIER),
    Person("Theo Till", f"theo@{HOUSE}", Role.CASHIER),
    Person("Olga Organizer", f"olga@{HOUSE}", Role.ORGANIZER),
    Person("Manuel Manager", f"manuel@{HOUSE}", Role.MANAGER),
    Person("Ada Admin", f"ada@{HOUSE}", Role.ADMIN),
)

_FIRST = (
    "Aisha Aleksander Amélie Anders Anke Anton Ayşe Beatriz Bence Björn Bruno Camille Chidi Chiara "
    "Clara Dagny David Dilan Dmitri Elena Elif Emeka Emil Esra Eva Fatima Felix Finn Florian Freya "
    "Giulia Gustav Hana Hannah Hendrik Ida Ines Ingrid Ivan Jakub Jana Jasper Joana Jonas Jürgen "
    "Kaja Karim Katarzyna Kenji Klara Lars Leila Lena Linh Liv Luca Ludwig Łukasz Magda Malte Mara "
    "Marek Marie Mateo Mehmet Mei Mila Mirjam Miriam Mohammed Nadia Niamh Nils Noémie Nuria Ola "
    "Oskar Paola Paul Petra Priya Rafael Renate Rosa Ruth Samira Sanne Selma Seán Sofia Sven "
    "Tamara Tariq Thea Tomás Ute Valentina Vera Viktor Wanda Yara Yusuf Zoë Zuzana"
).split()
_LAST = (
    "Abt Acheampong Adler Aydın Baker Bakker Barbosa Becker Bergström Bianchi Blum Böhm Brandt "
    "Çelik Chen Costa Dąbrowska Demir Diallo Dietrich Eriksen Esposito Falk Fernández Fischer "
    "Fontaine Frank Garcia Grønvold Haas Hansen Hartmann Hoang Holm Horváth Ibrahim Jansen Jensen "
    "Kaplan Keller Khoury Klein Koch Kowalski Krüger Laurent Lehmann Lindqvist Lorenz MacLeod "
    "Marchetti Martin Mensah Moreau Müller Nagy Nakamura Neumann Nguyen Novák O'Brien Okafor "
    "Olsen Otto Papadopoulos Petrov Pereira Peters Popescu Quist Rahimi Richter Rossi Roth "
    "Sandoval Santos Sato Schäfer Schmitt Schreiber Seidel Sharma Silva Simon Sørensen Stein "
    "Suzuki Szabó Tanaka Thiele Toth Vogel Vogt Wagner Weber Weiß Winter Wolff Yılmaz Zimmermann"
).split()
_DOMAINS = ("example.org", "example.net", "example.com", "mail.example", "post.example")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "ı": "i", "'": "", " ": ""})


def customers(random: Random, *, count: int = CUSTOMERS) -> tuple[Person, ...]:
    """That many people, nobody twice and every address once."""
    names: dict[str, str] = {}
    while len(names) < count:
        first, last = random.choice(_FIRST), random.choice(_LAST)
        names.setdefault(
            f"{_plain(first)}.{_plain(last)}@{random.choice(_DOMAINS)}", f"{first} {last}"
        )
    return tuple(Person(name, email) for email, name in names.items())


def phone(number: int) -> str:
    """The phone of the demo's customer `number`, "" for every third; from the ranges that the German
    network agency keeps free for films."""
    if number % 3 == 2:
        return ""
    return f"+49 30 23125 {number * 37 % 1000:03d}" if number % 3 else f"+49 176 04069 {number:03d}"


def _plain(name: str) -> str:
    """The letters an address is made of: no accents, no capitals."""
    decomposed = normalize("NFKD", name.lower().translate(_PLAIN))
    return "".join(letter for letter in decomposed if not combining(letter)).translate(_PLAIN)
