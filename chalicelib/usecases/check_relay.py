"""Sends the account's own server one message through the relay, to test the connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.ports import CallbackRequest, Measure, OwnServer, RelayOutcome


@dataclass(frozen=True, slots=True)
class RelayCheck:
    """`fresh` makes a client of the own server for each check. Its failures count neither here nor in an alarm."""

    fresh: Callable[[Measure], OwnServer]

    def check_relay(self, request: CallbackRequest) -> RelayOutcome:
        noted: dict[str, float] = {}
        reasons: list[str] = []

        def note(values: Mapping[str, float], reason: str = "") -> None:
            noted.update(values)
            reasons.append(reason)

        answer = self.fresh(note).pass_on(request)
        if answer is None:
            return RelayOutcome(failure=reasons[-1] if reasons else "broken")
        return RelayOutcome(has_reply=answer.is_reply, milliseconds=round(noted.get("RelayMs", 0)))
