"""OfficialAccount: the JS-SDK's signature covers the ticket, the moment and the page."""

import hashlib

import pytest

from tests.contract.wechat.conftest import Side

PAGE = "https://quiz.example.cn/?e=1"


@pytest.mark.parametrize("fragment", ["", "#", "#wechat_redirect", "#a#b"])
def test_the_signature_covers_the_page_without_its_fragment(side: Side, fragment: str) -> None:
    sdk = side.account.sign_page(PAGE + fragment, 1594137600, "nonce")
    signed = f"jsapi_ticket={side.account.get_js_ticket()}&noncestr=nonce&timestamp=1594137600&url={PAGE}"
    assert sdk == {
        "appId": "wxlocal0000000001",
        "timestamp": 1594137600,
        "nonceStr": "nonce",
        "signature": hashlib.sha1(signed.encode()).hexdigest(),
    }
