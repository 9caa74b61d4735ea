"""Personal share codes: a sharer's openid, encrypted and authenticated, short enough for a QR code's scene.

AES-SIV is deterministic, so a participant has one code, and needs no nonce, so the code stays short: an openid of 28
base64url characters makes a code of 51, within WeChat's 64 for a scene.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LONGEST = 64
NAME = re.compile(r"[0-9A-Za-z_-]+")
PLAIN, PACKED, MOST_ADDED = 0, 1, 3
"""The openid's encoding: plain or packed; PACKED + n means that n characters were added to fill the last byte."""


class SealedShareCodes:
    """`keys` are newest first. The newest makes codes; all of them open codes."""

    def __init__(self, keys: Sequence[str], contest_id: str) -> None:
        self._ciphers = [AESSIV(hmac.digest(k.encode(), b"contest:share", hashlib.sha256)) for k in keys]
        self._context = [contest_id.encode()]

    def make_share_code(self, openid: str) -> str:
        """Returns the code, of [0-9A-Za-z_-]. Raises ValueError for an openid too long for a scene."""
        code = _text(self._ciphers[0].encrypt(_pack(openid), self._context))
        if len(code) > LONGEST:
            raise ValueError("the openid is too long for a share code")
        return code

    def find_sharer(self, code: str) -> str | None:
        """Returns the sharer's openid; None if we did not make this code for this contest."""
        if not 0 < len(code) <= LONGEST:
            return None
        try:
            sealed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        if _text(sealed) != code:
            return None  # another encoding of the same code
        for cipher in self._ciphers:
            try:
                return _unpack(cipher.decrypt(sealed, self._context))
            except (InvalidTag, ValueError):
                continue
        return None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _pack(openid: str) -> bytes:
    """Packs an openid as bytes: decoded from base64url it is a quarter shorter."""
    if not NAME.fullmatch(openid):
        return bytes([PLAIN]) + openid.encode()
    added = -len(openid) % 4
    return bytes([PACKED + added]) + base64.urlsafe_b64decode(openid + "A" * added)


def _unpack(value: bytes) -> str:
    """Raises ValueError for an encoding of a newer version."""
    kind, rest = value[0], value[1:]
    if kind == PLAIN:
        return rest.decode()
    if kind > PACKED + MOST_ADDED:
        raise ValueError("an openid in a form that is not known")
    packed = base64.urlsafe_b64encode(rest).decode()
    return packed[: len(packed) - (kind - PACKED)]
