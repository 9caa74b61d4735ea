"""Codes: each QR code carries its scene and has its own address."""

import pytest

from chalicelib.domain.errors import WeChatRefused
from tests.contract.wechat.conftest import Side


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.parametrize("scene", ["u.0123456789abcdef", "x", "s" * 64, "A_b-9"])
def test_a_code_carries_its_scene(side: Side, scene: str, permanent: bool) -> None:
    assert side.account.create_code(scene, permanent).startswith("http://weixin")
    assert side.wechat.scenes == [(scene, permanent)]


def test_each_code_has_an_address_of_its_own(side: Side) -> None:
    assert len({side.account.create_code(scene, permanent=False) for scene in ("a", "b", "b")}) == 3


@pytest.mark.parametrize("scene", ["", "s" * 65])
def test_wechat_refuses_other_scenes(side: Side, scene: str) -> None:
    with pytest.raises(WeChatRefused) as caught:
        side.account.create_code(scene, permanent=True)
    assert caught.value.errcode == 40053
    assert side.wechat.scenes == []
