"""Shared credentials in memory."""

import threading
from collections import Counter
from datetime import datetime

from chalicelib.ports import Credential


class MemoryStore:
    """Each call alone is atomic, as in the table."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Credential] = {}
        self._leases: dict[str, datetime] = {}
        self._forces: Counter[tuple[str, str]] = Counter()

    def read_credential(self, name: str) -> Credential | None:
        with self._lock:
            return self._rows.get(name)

    def lease_refresh(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        with self._lock:
            row = self._rows.get(name)
            if self._leases.get(name, now) > now or (row.value if row else "") != seen:
                return False
            self._leases[name] = until
            return True

    def store_credential(self, name: str, credential: Credential) -> None:
        with self._lock:
            self._rows[name] = credential
            self._leases.pop(name, None)

    def count_force(self, name: str, day: str, most: int) -> bool:
        with self._lock:
            self._forces[name, day] += 1
            return self._forces[name, day] <= most
