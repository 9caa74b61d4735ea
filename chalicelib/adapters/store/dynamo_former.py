"""Former followers whose records were purged, by digest: rows of the follower registry under `~` and the digest."""

from functools import cached_property

from chalicelib.adapters.store.dynamo_notes import Note
from chalicelib.domain.purge import Digest, digest_with

KEY_OF = "followers#former"
"""Replaces a contest's id in the row of the digests' key; no contest's id has a `#`."""


class DynamoFormer:
    """Reads the key once: a purge makes it while no contest runs."""

    @cached_property
    def digest(self) -> Digest | None:
        """Returns None if nobody was ever purged."""
        key = former_key()
        return digest_with(key) if key else None


def former_key(fresh: str = "") -> str:
    note = Note(KEY_OF, "key")
    if fresh:
        note.write_once(fresh)
    return note.read() or ""
