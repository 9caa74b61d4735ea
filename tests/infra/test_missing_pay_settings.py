"""A deployment without its payment secrets: it serves requests, and claims stay owed."""

import boto3
import pytest

from chalicelib.domain.claim import RED_PACKET, Claim, ClaimRef, PayoutStatus
from chalicelib.domain.errors import SettingsError
from chalicelib.pay_settings import NEEDED, pay_path
from tests.infra.conftest import SECRETS, SECRETS_PATH
from tests.infra.function_runs import FunctionStage, begin, claimed, lay_plan, payout, who
from tests.support.engines import REGION
from tests.support.simulated_wechat import SimulatedWeChat


def stored(stage: FunctionStage, ref: ClaimRef) -> Claim:
    (claim,) = stage.services.ports.participants.claims_of(ref.openid)
    return claim


@pytest.mark.usefixtures("deployed")
def test_a_claim_is_owed_until_the_secrets_are_there(wechat: SimulatedWeChat) -> None:
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.delete_parameters(Names=[pay_path(SECRETS_PATH) + name for name in NEEDED[RED_PACKET]])
    lay_plan(wechat)
    stage = begin(wechat)
    ref = claimed(stage, who("payee0"))
    owed = stored(stage, ref)
    assert owed.status is PayoutStatus.OWED

    for _ in range(2):
        with pytest.raises(SettingsError, match="WECHAT_PAY_KEY is missing"):
            stage.queue("pay", payout(ref))
    assert stored(stage, ref) == owed

    for name in NEEDED[RED_PACKET]:
        ssm.put_parameter(Name=pay_path(SECRETS_PATH) + name, Value=SECRETS[name], Type="SecureString")
    stage.queue("pay", payout(ref))
    assert stored(stage, ref).status is PayoutStatus.SENT
