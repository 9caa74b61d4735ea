"""How winners receive a merchant transfer, and until when they may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chalicelib.domain.limits import Aware, Characters, OneOf
from chalicelib.domain.section import Section


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TransferRules(Section):
    """WeChat Pay's own limits: pay.weixin.qq.com/doc/v3/merchant/4012716434."""

    activity: Annotated[str, Characters(32)]
    """The activity's name, reported to WeChat Pay; the winner does not see it."""
    reward: Annotated[str, Characters(32)]
    """The purpose of the money, also reported to WeChat Pay."""
    claimable_until: Annotated[datetime, Aware()]
    """A winner who has not received the money by then gets none."""
    style: Annotated[str, OneOf("red_packet", "confirm_page")] = "red_packet"
    """How WeChat shows the receipt; as a red packet it can be at most ¥200."""
    perception: Annotated[str, OneOf("活动奖励", "现金奖励")] = "活动奖励"
    """The name that WeChat gives to the money on the receipt."""
    remark: Annotated[str, Characters(32, least=0)] = ""
    """Shown to the winner; empty for `activity`."""
