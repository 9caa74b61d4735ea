"""What the function `probe` answers the operators' command, as JSON. No token or secret is in it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.ports import PlatformAnswers


def platform_body(answers: PlatformAnswers) -> dict[str, Any]:
    return {"token": answers.token, "ticket": answers.ticket, "menu": answers.menu, "shown": answers.shown}


def platform_answers(body: Mapping[str, Any]) -> PlatformAnswers:
    """Raises LookupError."""
    return PlatformAnswers(body["token"], body["ticket"], body["menu"], body["shown"])
