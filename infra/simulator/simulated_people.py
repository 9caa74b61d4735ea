"""The simulated people: who follows the account, and their chats with it."""

import hashlib
import threading
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.simulator.simulator_io import ControlError
from infra.simulator.simulator_settings import Clock

FIRST_NAMES = ("张三", "李四", "王五")
WECHATS = ("new", "old", "harmony")
"""A person's WeChat: before 8.0.45 (`old`) it cannot receive transfers; on HarmonyOS a closed sheet answers `ok`."""


@dataclass(frozen=True)
class ChatEntry:
    """One entry of a chat. `direction`: `out` was sent by the person, `in` by the account, `note` by neither.
    `at` is unix seconds. `data` depends on the type (`red_packet`: `mch_billno`)."""

    seq: int
    at: float
    direction: str
    type: str
    text: str
    data: dict[str, Any]

    def view(self) -> dict[str, Any]:
        own = asdict(self)
        return {**own.pop("data"), **own}


@dataclass
class Person:
    id: str
    openid: str
    name: str
    virtual: bool
    wechat: str = "new"
    followed: bool = False
    subscribe_time: int = 0
    subscribe_scene: str = "ADD_SCENE_OTHERS"
    qr_scene_str: str = ""
    replies_until: float = 0.0
    replies_left: int = 0
    chat: list[ChatEntry] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Returns the person without the chat."""
        shown = ("id", "openid", "name", "virtual", "wechat", "followed", "subscribe_time")
        return {name: getattr(self, name) for name in shown} | {"last_seq": self.chat[-1].seq if self.chat else 0}


class People:
    """All persons by id and by openid. Every method acquires the shared lock."""

    def __init__(self, app_id: str, clock: Clock, lock: threading.RLock) -> None:
        self._app_id, self._clock, self._lock = app_id, clock, lock
        self._by_id: dict[str, Person] = {}
        self._by_openid: dict[str, Person] = {}
        for name in FIRST_NAMES:
            self.add(name)

    def add(self, name: str = "", virtual: bool = False, openid: str = "") -> Person:
        """Adds a person. WeChat shows `virtual` persons only a snapshot of the page (`is_snapshotuser`).

        The default openid depends only on the account and the order, so that it survives a restart."""
        with self._lock:
            number = len(self._by_id) + 1
            openid = openid or _openid(self._app_id, number)
            person = Person(f"p{number}", openid, name or f"新人{number}", virtual)
            self._by_id[person.id] = self._by_openid[openid] = person
            return person

    def get(self, person_id: str) -> Person:
        found = self.find_by_id(person_id)
        if found is None:
            raise ControlError(404, "unknown_person")
        return found

    def find_by_id(self, person_id: str) -> Person | None:
        with self._lock:
            return self._by_id.get(person_id)

    def find(self, openid: str) -> Person | None:
        with self._lock:
            return self._by_openid.get(openid)

    def all(self) -> list[Person]:
        with self._lock:
            return list(self._by_id.values())

    def follow(self, person: Person, at: int, scene: str) -> None:
        with self._lock:
            person.followed, person.subscribe_time, person.qr_scene_str = True, at, scene
            person.subscribe_scene = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"

    def unfollow(self, person: Person) -> None:
        with self._lock:
            person.followed, person.replies_left = False, 0

    def note(self, person: Person, direction: str, kind: str, text: str, **data: Any) -> None:
        """Appends an entry to the person's chat; `seq` counts from 1 in each chat."""
        with self._lock:
            seq = len(person.chat) + 1
            person.chat.append(ChatEntry(seq, self._clock(), direction, kind, text, data))

    def allow_replies(self, person: Person, count: int, seconds: int) -> None:
        """Lets the account send `count` customer messages within `seconds`, after an action of the person."""
        with self._lock:
            until = self._clock() + seconds
            if person.replies_left <= 0 or until >= person.replies_until:
                person.replies_until, person.replies_left = until, count

    def followers(self, after: str, limit: int) -> tuple[int, list[str]]:
        """Returns (number of followers, up to `limit` openids after `after`); "" gives the first page."""
        with self._lock:
            order = list(self._by_openid)
            start = order.index(after) + 1 if after in self._by_openid else 0
            following = [o for o in order if self._by_openid[o].followed]
            page = [o for o in order[start:] if self._by_openid[o].followed][:limit]
            return len(following), page


def _openid(app_id: str, number: int) -> str:
    digest = hashlib.sha256(f"{app_id}:{number}".encode()).digest()
    return "o" + urlsafe_b64encode(digest).decode()[:27]
