"""Tokens that travel through the client: encrypted, authenticated, versioned, and valid for one purpose only.

Uses Fernet (AES-CBC with HMAC-SHA256); each purpose has its own keys, derived from the session keys.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from chalicelib.domain.attempts import Draw, Drawn
from chalicelib.domain.errors import AttemptInvalid

VERSION = "1."
LONGEST = 8192
"""Characters; a longer token is rejected unread."""


class Unsealed(ValueError):
    """The token is forged, expired, for another purpose or of an unknown version."""


class Sealer:
    """`keys` are newest first. The newest seals; all of them open."""

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, purpose))) for key in keys])

    def seal(self, value: Any, now: datetime) -> str:
        """Seals a JSON value. The token consists of [0-9A-Za-z_.=-]."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return VERSION + self._fernet.encrypt_at_time(text.encode(), int(now.timestamp())).decode()

    def open(self, token: str) -> Any:
        """Returns the value, regardless of its age. Raises Unsealed."""
        return self._opened(token, None)

    def open_within(self, token: str, seconds: int, now: datetime) -> Any:
        """Returns the value if it was sealed at most `seconds` ago. Raises Unsealed."""
        return self._opened(token, (seconds, int(now.timestamp())))

    def _opened(self, token: str, limit: tuple[int, int] | None) -> Any:
        if not token.startswith(VERSION) or len(token) > LONGEST or not token.isascii():
            raise Unsealed
        sealed = token.removeprefix(VERSION).encode()
        if not _canonical(sealed):
            raise Unsealed
        try:
            if limit is None:
                return json.loads(self._fernet.decrypt(sealed))
            return json.loads(self._fernet.decrypt_at_time(sealed, *limit))
        except InvalidToken as error:
            raise Unsealed from error


def _canonical(sealed: bytes) -> bool:
    """Returns whether the token is encoded as we encode it. Base64 can encode the same bytes in several ways; only ours
    is accepted, so that no character can be changed."""
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(sealed)) == sealed
    except binascii.Error:
        return False


def _derive(key: str, purpose: str) -> bytes:
    """Returns the 32 bytes of one purpose's key."""
    return hmac.digest(key.encode(), b"contest:" + purpose.encode(), hashlib.sha256)


def digest_person(keys: Sequence[str], contest_id: str, openid: str) -> str:
    """Returns 8 characters of base64url that identify a person to their own page, within one contest.

    HMAC-SHA256 with a key derived from the oldest session key. A rotation puts its new key first, so the digest changes
    only when the oldest key is removed.
    """
    key = _derive(keys[-1], "person")
    return base64.urlsafe_b64encode(hmac.digest(key, f"{contest_id}|{openid}".encode(), hashlib.sha256)[:6]).decode()


class SealedAttempts:
    """Seals draws in tokens bound to participant, account and contest."""

    def __init__(self, sealer: Sealer, contest_id: str, app_id: str) -> None:
        self._sealer, self._contest_id, self._app_id = sealer, contest_id, app_id

    def seal_draw(self, openid: str, draw: Draw) -> str:
        questions = [[question.question_id, "".join(map(str, question.order))] for question in draw.questions]
        value = {
            "c": self._contest_id,
            "o": openid,
            "w": self._app_id,
            "a": draw.attempt_id,
            "t": round(draw.drawn_at.timestamp() * 1000),
            "q": questions,
            # Separate from the questions, so that a release without digests can open the token too.
            "d": [question.digest for question in draw.questions],
        }
        return self._sealer.seal(value, draw.drawn_at)

    def unseal_draw(self, openid: str, attempt_id: str, token: str) -> Draw:
        try:
            value = self._sealer.open(token)
        except Unsealed as error:
            raise AttemptInvalid from error
        if (value["c"], value["o"], value["a"]) != (self._contest_id, openid, attempt_id):
            raise AttemptInvalid
        if value.get("w", self._app_id) != self._app_id:  # absent in a token of an earlier version
            raise AttemptInvalid
        digests = value.get("d") or [""] * len(value["q"])
        return Draw(
            attempt_id=attempt_id,
            drawn_at=datetime.fromtimestamp(value["t"] / 1000, UTC),
            questions=tuple(
                Drawn(question, tuple(map(int, order)), digest)
                for (question, order), digest in zip(value["q"], digests, strict=True)
            ),
        )
