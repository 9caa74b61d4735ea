"""A unit's text of what it did, and its pictures."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from chalicelib.domain.limits import unprintable

MOST_PICTURES = 9
MOST_CHARACTERS = 3000
MOST_BYTES = 1_500_000
"""The largest picture. The browser shrinks it to 1600 pixels and encodes it again, which gives 200 to 600 KB."""
PICTURE_TYPE = "image/jpeg"
MOST_UPLOADS = 60
"""Forms for pictures that a unit gets in a day: bounds what its link can put into the bucket."""


def text_of(body: Mapping[str, Any]) -> str:
    """From the stored record `story#UNIT`; an empty one gives none."""
    return str(body.get("text", ""))


def pictures_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the pictures from the stored record `pictures#UNIT`, in the order in which they came."""
    return tuple(body.get("keys", ()))


def forms_on(body: Mapping[str, Any], day: date) -> tuple[str, ...]:
    """The ids of the pictures for which the unit got forms on this day, from the same record."""
    return tuple(body.get("forms", {}).get(day.isoformat(), ()))


def with_form(body: Mapping[str, Any], day: date, picture: str) -> dict[str, Any]:
    """The record after one more form. Earlier days are forgotten.

    It has ids, not their number: writing what somebody else just wrote counts as done, and two requests at the same
    moment would write the same number.
    """
    return {**body, "forms": {day.isoformat(): [*forms_on(body, day), picture]}}


def read_text(given: str) -> tuple[str, str]:
    """Returns the text with plain line ends and without tabs, which come with copied tables, and what is wrong with
    it."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    if len(text) > MOST_CHARACTERS:
        return text, f"至多 {MOST_CHARACTERS} 字，现在 {len(text)} 字"
    return text, unprintable(text)


def picture_key(contest_id: str, unit: str, picture: str) -> str:
    """The key of a kept picture. The unit's name is hashed: keys appear in logs and addresses."""
    return f"pictures/{contest_id}/{sha256(unit.encode()).hexdigest()[:16]}/{picture}.jpg"


def upload_key(contest_id: str, unit: str, picture: str) -> str:
    """The key under which a browser uploads it. The bucket deletes these files after a day."""
    return picture_key(contest_id, unit, picture).replace("pictures/", "uploads/", 1)
