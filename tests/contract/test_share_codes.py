"""ShareCodes: each sharer has one code, short enough for a QR code's scene; only its makers can read it."""

import pytest

from chalicelib.adapters.share_code import SealedShareCodes
from chalicelib.domain.units import unit_scene
from chalicelib.ports import ShareCodes
from tests.support.token_fakes import FakeShareCodes

OPENIDS = ["oWx-1234567890_abcdefghijklm", "o1", "oABCDEFGHIJKLMNOPQRSTUVWXYZ_", "o" * 28]


@pytest.fixture(params=["fake", "sealed"])
def codes(request: pytest.FixtureRequest) -> ShareCodes:
    return FakeShareCodes() if request.param == "fake" else SealedShareCodes(["a key"], "test")


@pytest.mark.parametrize("openid", OPENIDS)
def test_a_code_names_its_sharer(codes: ShareCodes, openid: str) -> None:
    code = codes.make_share_code(openid)
    assert codes.find_sharer(code) == openid
    assert codes.make_share_code(openid) == code
    assert 1 <= len(code) <= 64


@pytest.mark.parametrize("code", ["", "nothing of ours", unit_scene("区法院"), "…", "x" * 500])
def test_what_is_no_code_names_nobody(codes: ShareCodes, code: str) -> None:
    assert codes.find_sharer(code) is None
