"""What the checks have for themselves: credentials that are kept for nobody, and threads that hold up nobody."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from threading import Thread
from typing import TypeVar

from chalicelib.adapters.credentials import Credential

T = TypeVar("T")


class OwnStore:
    """Keeps a credential for nobody: what is asked for here leaves the instances' shared one as it is."""

    def read(self, name: str) -> Credential | None:
        return None

    def lease(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        return True

    def store(self, name: str, credential: Credential) -> None:
        return


def in_background(call: Callable[[], T]) -> "Future[T]":
    """On a thread that keeps no process alive."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future
