"""The purge of a contest's personal data (R17): its states, and the digests that replace openids."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from chalicelib.domain.claim import Claim, SendOrder

Digest = Callable[[str], str]
"""Openid -> the digest that replaces it."""
_MARK = "~"
"""No openid begins with it: openids are 28 characters of [0-9A-Za-z_-]."""


class PurgeState(StrEnum):
    NONE = "none"
    BEGUN = "begun"
    """Some rows are purged and others are not yet. The same command continues."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Purge:
    """A purge as stored. `key` is the digests' key, in hexadecimal; empty once the purge is done."""

    key: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class FollowerPurge:
    """The purge of the follower registry.

    Rows of another contest's referrals are not changed. Rows of people who came or acted after `before` are kept; only
    the data about this contest's referrals are removed.
    """

    before: datetime
    remove: bool
    """False: the rows are kept; only the data about this contest's referrals are removed."""
    former: Digest | None = None
    """The digest to keep of each removed person who has followed; None to keep nothing."""


def digest_with(key: str) -> Digest:
    """Returns the keyed digest: HMAC-SHA256, of which 40 hexadecimal characters are kept."""
    secret = bytes.fromhex(key)
    return lambda openid: _MARK + hmac.new(secret, openid.encode(), sha256).hexdigest()[:40]


def is_digest(person: str) -> bool:
    return person.startswith(_MARK)


def without_person(claim: Claim, digest: Digest) -> Claim:
    """Returns the claim with the digest in place of the openid, also inside its order."""
    return replace(claim, order=order_without_person(claim.order, digest), receipt="")


def order_without_person(order: SendOrder, digest: Digest) -> SendOrder:
    return replace(order, openid=digest(order.openid))
