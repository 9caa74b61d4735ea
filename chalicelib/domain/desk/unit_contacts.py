"""A unit's contacts, and the posters and leaflets that it wants (the notice's annex 4)."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.desk.telephones import mask_telephone, read_telephone
from chalicelib.domain.limits import unprintable

MOST_PEOPLE = 4
MOST_COPIES = 9999
PERSON = ("name", "post", "telephone")
"""The fields of one person."""
NONE = frozenset({"", "无", "-", "/", "—", "不需要"})
"""Texts for no copies."""
COUNTERS = "张份套本册个"


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    post: str
    telephone: str
    """As `read_telephone` returns it."""


@dataclass(frozen=True, slots=True)
class UnitContacts:
    people: tuple[Contact, ...] = ()
    """In the unit's order; empty if it has not answered."""
    posters: int = 0
    leaflets: int = 0

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "UnitContacts":
        """From the stored record; an empty one gives no contacts."""
        people = tuple(Contact(one["name"], one["post"], one["telephone"]) for one in body.get("people", ()))
        return cls(people, int(body.get("posters", 0)), int(body.get("leaflets", 0)))

    def as_body(self) -> dict[str, Any]:
        people = [{"name": one.name, "post": one.post, "telephone": one.telephone} for one in self.people]
        return {"people": people, "posters": self.posters, "leaflets": self.leaflets}


def total_copies(contacts: Iterable[UnitContacts]) -> tuple[int, int]:
    """Returns the posters and leaflets that all want."""
    found = list(contacts)
    return sum(one.posters for one in found), sum(one.leaflets for one in found)


def form_rows(contacts: UnitContacts) -> list[dict[str, str]]:
    """The form's rows, always four, with masked telephones."""
    rows = [{"name": one.name, "post": one.post, "telephone": mask_telephone(one.telephone)} for one in contacts.people]
    return rows + [{"name": "", "post": "", "telephone": ""} for _ in range(MOST_PEOPLE - len(rows))]


def entered_rows(form: Mapping[str, str]) -> list[dict[str, str]]:
    """Returns the four rows of an entered form, whose fields are `name1` and so on."""
    numbers = range(1, MOST_PEOPLE + 1)
    return [{name: form.get(f"{name}{number}", "") for name in PERSON} for number in numbers]


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What the form shows: the stored contacts, or what was entered and what is wrong with it, by field."""

    rows: Sequence[Mapping[str, str]]
    posters: str
    leaflets: str
    revision: int
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_stored(cls, contacts: UnitContacts, revision: int) -> "ContactForm":
        return cls(form_rows(contacts), str(contacts.posters or ""), str(contacts.leaflets or ""), revision)

    @classmethod
    def of_entered(cls, form: Mapping[str, str], faults: Mapping[str, str]) -> "ContactForm":
        posters, leaflets = form.get("posters", ""), form.get("leaflets", "")
        return cls(entered_rows(form), posters, leaflets, revision_in(form), faults)


def revision_in(form: Mapping[str, str]) -> int:
    """The record's revision when the form was shown. Anything else counts as none, which conflicts with what is
    stored."""
    text = form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_form(form: Mapping[str, str], known: Sequence[Contact]) -> tuple[UnitContacts, dict[str, str]]:
    """Reads an entered form; `known` are the stored contacts, whose masked telephones stay: that of
    the same row if two look alike.

    Returns the contacts, and the faults by the fields' names, such as `telephone2`; with a fault, nothing may be
    stored.
    """
    people, faults = list[Contact](), dict[str, str]()
    for number, row in enumerate(entered_rows(form), start=1):
        cells = {name: row[name].strip() for name in PERSON}
        if any(cells.values()):
            numbers = [one.telephone for one in (*known[number - 1 : number], *known)]
            given = cells["telephone"]
            cells["telephone"] = next((one for one in numbers if mask_telephone(one) == given), given)
            person, wrong = read_person(cells)
            people.append(person)
            faults |= {f"{name}{number}": reason for name, reason in wrong.items()}
    copies, wrong = read_copies({name: form.get(name, "") for name in ("posters", "leaflets")})
    if not people:
        faults["name1"] = "至少填一位联络人"
    return UnitContacts(tuple(people), copies["posters"], copies["leaflets"]), faults | wrong


def read_person(cells: Mapping[str, str], was_number: bool = False) -> tuple[Contact, dict[str, str]]:
    """Returns the person, and the faults by field."""
    name, post = plain_name(cells["name"]), plain_text(cells["post"])
    telephone, wrong = read_telephone(cells["telephone"], was_number)
    faults = {
        "name": "缺少姓名" if not name else _text_fault(name, 20),
        "post": "缺少职务" if not post else _text_fault(post, 30),
        "telephone": wrong,
    }
    return Contact(name, post, telephone), {field: reason for field, reason in faults.items() if reason}


def read_copies(cells: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """Reads numbers of posters and leaflets. Returns them, and the faults by field."""
    found, faults = {}, {}
    for name, given in cells.items():
        text = plain_text(given).rstrip(COUNTERS).strip().removesuffix(".0")
        found[name] = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_COPIES)) else 0
        if not found[name] and text.strip("0") and text not in NONE:
            faults[name] = f"须是 0 至 {MOST_COPIES} 的整数"
    return found, faults


def plain_text(given: str) -> str:
    """Full-width letters, digits and spaces become plain ones; runs of spaces and line ends become one space."""
    return " ".join(unicodedata.normalize("NFKC", given).split())


def plain_name(given: str) -> str:
    """A name without the spaces that align names of two characters; a Latin name keeps its own."""
    text = " ".join(unicodedata.normalize("NFC", given).split())
    return text if any(char.isascii() and char.isalpha() for char in text) else text.replace(" ", "")


def _text_fault(text: str, most: int) -> str:
    return f"至多 {most} 个字" if len(text) > most else unprintable(text)
