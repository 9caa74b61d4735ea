"""The published proof on DynamoDB. A row holds at most 400 KB, so the proof is stored in pieces, which the row `proof`
lists."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256

from chalicelib.adapters.store.dynamo_notes import Note
from chalicelib.adapters.store.tables import Tables

PROOF = "proof"
PIECE = 300_000
"""Characters of Base64."""


class DynamoProofs:
    def __init__(self, contest_id: str, tables: Tables) -> None:
        self._contest_id = contest_id

    def publish_proof(self, packed: bytes) -> None:
        """Writes the list last, so that readers see either the whole new proof or the earlier one."""
        text, digest = b64encode(packed).decode(), sha256(packed).hexdigest()
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        names = [f"{PROOF}#{digest[:16]}#{place:04d}" for place in range(len(pieces))]
        for name, piece in zip(names, pieces, strict=True):
            Note(self._contest_id, name).write(piece)
        Note(self._contest_id, PROOF).write(json.dumps({"sha256": digest, "pieces": names}))

    def read_proof(self) -> bytes:
        listed = Note(self._contest_id, PROOF).read()
        if listed is None:
            return b""
        names: list[str] = json.loads(listed)["pieces"]
        return b64decode("".join(Note(self._contest_id, name).read() or "" for name in names))
