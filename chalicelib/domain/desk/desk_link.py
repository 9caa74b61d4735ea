"""A link to the desk: its role, until when it counts, and its PIN."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import scrypt
from typing import Any

from chalicelib.domain.desk.desk_errors import DeskRefused

MOST_WRONG = 5
"""Wrong PINs that lock a link."""
PIN_DIGITS = 6
_COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt's parameters: 16 MB and about 50 ms a PIN."""


class Role(StrEnum):
    EDITOR = "editor"
    VIEWER = "viewer"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class DeskLink:
    id: str
    role: Role
    person: str
    """Whom it was made for, as the operator wrote it; empty after the purge. Never logged."""
    until: datetime
    made_at: datetime
    unit: str = ""
    """A unit's link has one, under its present name."""
    pin: str = ""
    """Salt and scrypt of the PIN in hexadecimal; an editor's link has one."""
    tries: int = 0
    """PINs entered since the last right one."""
    revoked_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{LINK}{self.id}"

    @property
    def who(self) -> str:
        """The link's name in the log."""
        return f"desk:{self.id}"

    @property
    def is_locked(self) -> bool:
        return self.tries >= MOST_WRONG

    def require_valid(self, now: datetime) -> None:
        """Raises DeskRefused."""
        if self.revoked_at:
            raise DeskRefused(401, "这个链接已被收回，请向管理员重新索取。")
        if now >= self.until:
            raise DeskRefused(401, "这个链接已过期，请向管理员重新索取。")

    def require_unlocked(self) -> None:
        """Raises DeskRefused. A session that has begun goes on: only PINs are refused."""
        if self.is_locked:
            raise DeskRefused(401, f"口令已输错 {MOST_WRONG} 次，链接已锁定，请向管理员重新索取。", "locked")


LINK = "link#"


def link_body(link: DeskLink) -> dict[str, Any]:
    """Returns the record's body, without empty fields."""
    found = {
        "role": link.role.value,
        "for": link.person,
        "until": link.until.isoformat(),
        "made_at": link.made_at.isoformat(),
        "unit": link.unit,
        "pin": link.pin,
        "tries": link.tries,
        "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
    }
    return {name: value for name, value in found.items() if value}


def link_of(link_id: str, body: Mapping[str, Any]) -> DeskLink:
    revoked_at = body.get("revoked_at")
    return DeskLink(
        link_id,
        Role(body["role"]),
        body.get("for", ""),
        datetime.fromisoformat(body["until"]),
        datetime.fromisoformat(body["made_at"]),
        body.get("unit", ""),
        body.get("pin", ""),
        body.get("tries", 0),
        datetime.fromisoformat(revoked_at) if revoked_at else None,
    )


def hashed_pin(pin: str, salt: str) -> str:
    """`salt` is a fresh text without `$`."""
    given = pin.encode(errors="surrogatepass")  # JSON can carry half a character
    return f"{salt}${scrypt(given, salt=salt.encode(), **_COST).hex()}"


def is_pin(pin: str, hashed: str) -> bool:
    return hmac.compare_digest(hashed_pin(pin, hashed.partition("$")[0]), hashed)
