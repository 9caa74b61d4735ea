"""The answers that the machine's WeChat Pay may give to sends and queries."""

from chalicelib.adapters.pay import transfer
from chalicelib.adapters.pay.red_packet import REASON_OF, refusal
from chalicelib.domain.payout_decisions import Answer, Reply
from tests.support.pay import NOT_FOUND, NextSend

CODES = sorted({*REASON_OF, "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", ""})
SEND_ANSWERS = (
    NextSend(),
    NextSend(pays=False),
    NextSend(answer=Answer(Reply.DOUBTFUL)),
    NextSend(becomes=Reply.SENDING, answer=refusal("PROCESSING")),
    NextSend(becomes=Reply.FAILED, answer=refusal("SEND_FAILED")),
    NextSend(becomes=Reply.FAILED),
    *(NextSend(pays, answer=refusal(code)) for pays in (False, True) for code in CODES),
)
QUERY_ANSWERS = (
    Answer(Reply.DOUBTFUL),
    NOT_FOUND,
    *(refusal(code) for code in ("SYSTEMERROR", "FREQ_LIMIT", "CA_ERROR", "PARAM_ERROR", "NO_AUTH")),
)

TRANSFER_CODES = sorted({*transfer.REASON_OF, "SYSTEM_ERROR", "NEVER_SEEN", ""})
TRANSFER_SEND_ANSWERS = (
    NextSend(),
    NextSend(pays=False),
    NextSend(answer=Answer(Reply.DOUBTFUL)),
    NextSend(becomes=Reply.SENDING),
    NextSend(becomes=Reply.FAILED),
    NextSend(answer=Answer(Reply.WAITING)),
    NextSend(pays=False, answer=transfer.refusal("INVALID_REQUEST", transfer.DAY_QUOTA)),
    *(NextSend(pays, answer=transfer.refusal(code)) for pays in (False, True) for code in TRANSFER_CODES),
)
TRANSFER_QUERY_ANSWERS = (
    Answer(Reply.DOUBTFUL),
    NOT_FOUND,
    *(
        transfer.refusal(code, is_query=True)
        for code in ("SYSTEM_ERROR", "FREQUENCY_LIMITED", "SIGN_ERROR", "PARAM_ERROR", "NO_AUTH")
    ),
)
