"""A unit's text of what it did, and its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.domain.limits import unprintable

MOST_PICTURES = 9
MOST_CHARACTERS = 3000
MOST_BYTES = 1_500_000
"""The largest picture. The browser shrinks it to 1600 pixels and encodes it again, which gives 200 to 600 KB."""
PICTURE_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class UnitStory:
    text: str = ""
    pictures: tuple[str, ...] = ()
    """Their keys in the bucket, in the order in which they came."""

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "UnitStory":
        return cls(str(body.get("text", "")), tuple(body.get("pictures", ())))

    def as_body(self) -> dict[str, Any]:
        return {"text": self.text, "pictures": list(self.pictures)}


def read_text(given: str) -> tuple[str, str]:
    """Returns the text with plain line ends, and what is wrong with it."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MOST_CHARACTERS:
        return text, f"至多 {MOST_CHARACTERS} 字，现在 {len(text)} 字"
    return text, unprintable(text)


def picture_key(contest_id: str, unit: str, picture: str) -> str:
    """The picture's key in the bucket. The unit's name is hashed: keys appear in logs and addresses."""
    return f"pictures/{contest_id}/{sha256(unit.encode()).hexdigest()[:16]}/{picture}.jpg"
