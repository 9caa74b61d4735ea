"""The JSON answers of the function `probe` to the operators' command. They contain no token or secret."""

from collections.abc import Mapping
from typing import Any

from chalicelib.ports import PlatformAnswers, RelayOutcome


def platform_body(answers: PlatformAnswers) -> dict[str, Any]:
    return {"token": answers.token, "ticket": answers.ticket, "menu": answers.menu, "shown": answers.shown}


def platform_answers(body: Mapping[str, Any]) -> PlatformAnswers:
    """Raises LookupError."""
    return PlatformAnswers(body["token"], body["ticket"], body["menu"], body["shown"])


def relay_body(outcome: RelayOutcome) -> dict[str, Any]:
    return {"failure": outcome.failure, "has_reply": outcome.has_reply, "milliseconds": outcome.milliseconds}


def relay_outcome(body: Mapping[str, Any]) -> RelayOutcome:
    """Raises LookupError."""
    return RelayOutcome(body["failure"], body["has_reply"], body["milliseconds"])
