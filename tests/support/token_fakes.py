"""Fakes of attempt tokens and share codes, which are faster than the sealed ones."""

from chalicelib.domain.attempts import Draw
from chalicelib.domain.errors import AttemptInvalid


class FakeTokens:
    """Keeps the draws in memory instead of sealing them: thousands of times faster."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[str, Draw]] = {}

    def seal_draw(self, openid: str, draw: Draw) -> str:
        token = f"token-{draw.attempt_id}-{len(self._drawn)}"
        self._drawn[token] = (openid, draw)
        return token

    def unseal_draw(self, openid: str, attempt_id: str, token: str) -> Draw:
        owner, draw = self._drawn.get(token, ("", None))
        if draw is None or owner != openid or draw.attempt_id != attempt_id:
            raise AttemptInvalid
        return draw


class FakeShareCodes:
    def make_share_code(self, openid: str) -> str:
        return f"share-{openid}"

    def find_sharer(self, code: str) -> str | None:
        return code.removeprefix("share-") if code.startswith("share-") else None
