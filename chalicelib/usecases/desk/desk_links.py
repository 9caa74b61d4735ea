"""Links to the desk: made, listed and revoked by operators, opened by the people who have them."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.desk.desk_link import LINK, DeskLink, Role, hashed_pin, is_pin, link_body, link_of
from chalicelib.domain.errors import OperatorRefused, TryAgain
from chalicelib.domain.operator_log import LogEntry
from chalicelib.ports import Clock, NewId, OfficeRecord, OfficeRecords, SealedState

MOST_DAYS = 120
KEPT_SECONDS = 3.0
"""A revocation must be in force within 5 s: these 3 s, and 2 s for a request that is under way."""
TRIES = 8
"""Attempts to write a PIN's count, while others enter PINs at the same moment."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    link: DeskLink
    token: str
    """Stands behind `#` in the link's address. It cannot be shown again."""
    pin: str
    """An editor's, else empty."""


@dataclass
class DeskLinks:
    contest_id: str
    units: Container[str]
    """Present names."""
    office: OfficeRecords
    tokens: SealedState
    clock: Clock
    new_id: NewId
    new_pin: Callable[[], str]
    monotonic: Callable[[], float]
    log_decision: Callable[[LogEntry], None]
    _known: dict[str, tuple[DeskLink, float, datetime]] = field(default_factory=dict)

    # For operators

    def make_link(self, role: Role, unit: str, person: str, days: int, who: str) -> MadeLink:
        """Raises OperatorRefused: `desk_unit` unless exactly a unit's link has a unit of the contest, `desk_days`."""
        if (role is Role.UNIT) is not (unit in self.units):
            raise OperatorRefused("desk_unit")
        if not 0 < days <= MOST_DAYS:
            raise OperatorRefused("desk_days")
        now, pin = self.clock(), self.new_pin() if role is Role.EDITOR else ""
        hashed = hashed_pin(pin, self.new_id()) if pin else ""
        link = DeskLink(self.new_id(), role, person, now + timedelta(days=days), now, unit, hashed)
        entry = LogEntry(now, who, "desk link", link.id, new=f"{role.value} {unit}".strip())
        self.office.write_record(OfficeRecord(link.name, {}, 0), link_body(link), entry)
        # Chats may take the padding at an address's end for no part of it.
        return MadeLink(link, self.tokens.seal({"l": link.id, "c": self.contest_id}, now).rstrip("="), pin)

    def all_links(self) -> list[DeskLink]:
        """Oldest first."""
        found = [_link(record) for record in self.office.read_records(LINK)]
        return sorted(found, key=lambda link: (link.made_at, link.id))

    def revoke(self, link_id: str, who: str, reason: str = "") -> DeskLink:
        """Raises OperatorRefused `desk_unknown`."""
        if not self.office.read_record(f"{LINK}{link_id}").revision:
            raise OperatorRefused("desk_unknown")
        now = self.clock()
        entry = LogEntry(now, who, "desk revoke", link_id, reason=reason)
        return self._change(link_id, lambda link: replace(link, revoked_at=link.revoked_at or now), entry)

    # For visitors

    def open_link(self, token: str, pin: str) -> DeskLink:
        """Raises DeskRefused: `pin_needed` for an editor's link without a PIN, `pin_wrong`, `locked` or `refused`."""
        try:
            opened: Any = self.tokens.open_within(_padded(token), MOST_DAYS * 24 * 3600, self.clock())
        except ValueError:
            raise _unknown() from None
        if not isinstance(opened, dict) or opened.get("c") != self.contest_id:
            raise _unknown()
        link = self._read(str(opened.get("l")))
        link.require_valid(self.clock())
        if link.role is Role.EDITOR:
            link.require_unlocked()
            if not pin:
                raise DeskRefused(401, "请输入管理员另给您的六位口令。", "pin_needed")
            self.require_pin(link.id, pin)
        return link

    def find_link(self, link_id: str) -> DeskLink:
        """Returns a link that counts, from a copy of at most 3 s. Raises DeskRefused."""
        seconds, moment = self.monotonic(), self.clock()
        link, seconds_then, moment_then = self._known.get(link_id, (None, 0.0, moment))
        ages = seconds - seconds_then, (moment - moment_then).total_seconds()
        if link is None or not all(0 <= age < KEPT_SECONDS for age in ages):
            link = self._read(link_id)
            self._known[link_id] = link, seconds, moment
        link.require_valid(moment)
        return link

    def require_pin(self, link_id: str, pin: str) -> None:
        """Raises DeskRefused unless it is the link's PIN.

        The try is counted before the PIN is compared, by the record's revision: of many that come at once, five are
        compared at most.
        """
        link = self._count_try(link_id)
        if not link.pin or not is_pin(pin, link.pin):
            if link.is_locked:
                self.log_decision(LogEntry(self.clock(), link.who, "desk locked", link.id))
            link.require_unlocked()
            raise DeskRefused(403, "口令不对，请再试一次。", "pin_wrong")
        self._change(link_id, lambda link: replace(link, tries=0))

    def _count_try(self, link_id: str) -> DeskLink:
        def counted(link: DeskLink) -> DeskLink:
            link.require_valid(self.clock())
            link.require_unlocked()
            return replace(link, tries=link.tries + 1)

        return self._change(link_id, counted)

    def _change(self, link_id: str, change: Callable[[DeskLink], DeskLink], entry: LogEntry | None = None) -> DeskLink:
        """Writes a changed link, also while others change it.

        `by` is another one each time: two tries at once would store the same body, which counts as a repeat.
        """
        for _ in range(TRIES):
            record = self.office.read_record(f"{LINK}{link_id}")
            if not record.revision:
                raise _unknown()
            link = change(_link(record))
            try:
                self.office.write_record(record, {**link_body(link), "by": self.new_id()}, entry)
            except ChangedMeanwhile:
                continue
            return link
        raise TryAgain

    def _read(self, link_id: str) -> DeskLink:
        record = self.office.read_record(f"{LINK}{link_id}")
        if not record.revision:
            raise _unknown()
        return _link(record)


def _padded(token: str) -> str:
    """A sealed token is base64 behind a version of two characters."""
    return token + "=" * (-(len(token) - 2) % 4)


def _unknown() -> DeskRefused:
    return DeskRefused(401, "这个链接无效，请向管理员重新索取。")


def _link(record: OfficeRecord) -> DeskLink:
    return link_of(record.name.removeprefix(LINK), record.body)
