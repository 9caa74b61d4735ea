"""The state of one simulator, under one lock, and how a view gets it."""

import threading
from typing import Any, cast

from flask import current_app

from infra.simulator.callback_delivery import Callback
from infra.simulator.official_account import Account, OAuthCodes, Tokens
from infra.simulator.payments import Ledger
from infra.simulator.simulated_people import People
from infra.simulator.simulator_settings import Clock, SimulatorSettings
from infra.simulator.transfer_bills import Transfers
from infra.simulator.transfer_notices import Notices
from infra.simulator.transfer_scripts import Scripts
from infra.simulator.v3_signatures import Signatures

EXTENSION = "wechat-simulator"


class World:
    """The parts share one reentrant lock, so that each sees a consistent state of the others.
    Nothing calls the application while holding it."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.lock = threading.RLock()
        self.people = People(settings.app_id, clock, self.lock)
        self.tokens = Tokens(clock, self.lock)
        self.tickets = Tokens(clock, self.lock)
        self.codes = OAuthCodes(clock, self.lock)
        self.account = Account(self.lock)
        self.ledger = Ledger(self.people, clock, self.lock)
        self.callback = Callback(settings, clock)
        self.scripts = Scripts()
        self.signatures = Signatures(settings, clock)
        self.notices = Notices(settings, clock, self.lock, self.scripts, self.signatures)
        self.transfers = Transfers(self.people, clock, self.lock, self.notices.add)

    def let_pass(self) -> None:
        """Does what is due by the clock: transfers expire, notifications are delivered."""
        self.transfers.advance()
        self.notices.deliver_due()

    def person_view(self, person_id: str) -> dict[str, Any]:
        """Returns the person with the chat; a red packet has its amount (fen) and current status."""
        with self.lock:
            person = self.people.get(person_id)
            return {**person.view(), "chat": [self._entry(entry.view()) for entry in person.chat]}

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        payment = self.ledger.find(entry["mch_billno"]) if entry["type"] == "red_packet" else None
        return {**entry, "status": payment.status} if payment else entry


def world() -> World:
    return cast(World, current_app.extensions[EXTENSION])
