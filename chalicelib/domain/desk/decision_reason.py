"""Why the organiser decided, as it goes into the log."""

import re

from chalicelib.domain.desk.desk_errors import DeskRefused

MOST_CHARACTERS = 200
_TELEPHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


def stated_reason(text: str) -> str:
    """Returns the reason on one line. Raises DeskRefused for an empty or a long one, and for a telephone number,
    which the log never holds."""
    reason = " ".join(text.split())
    if not reason:
        raise DeskRefused(400, "请写明原因，它会记入日志。")
    if len(reason) > MOST_CHARACTERS:
        raise DeskRefused(400, f"原因至多 {MOST_CHARACTERS} 个字。")
    if _TELEPHONE.search(reason):
        raise DeskRefused(400, "原因会记入日志，请不要写电话号码。")
    return reason
