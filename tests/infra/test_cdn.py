"""CloudFront in front of the API shows nobody another person's answer and passes every file on."""

from fnmatch import fnmatchcase
from typing import Any

import yaml

from chalicelib.adapters.http.page_files import page_files
from infra.project import ROOT

TEMPLATE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "cloudformation" / "cdn.yaml").read_text(encoding="utf-8"))
CONFIG: dict[str, Any] = TEMPLATE["Resources"]["Distribution"]["Properties"]["DistributionConfig"]


def behaviour(path: str) -> dict[str, Any]:
    """Returns the first behaviour that matches the path."""
    fits = (dict(one) for one in CONFIG["CacheBehaviors"] if fnmatchcase(path, one["PathPattern"]))
    return next(fits, CONFIG["DefaultCacheBehavior"])


def test_no_failure_is_kept() -> None:
    kept = {one["ErrorCode"]: one["ErrorCachingMinTTL"] for one in CONFIG["CustomErrorResponses"]}
    assert kept == dict.fromkeys((500, 502, 503, 504), 0)


def test_what_a_picture_is_asked_for_with_reaches_the_application() -> None:
    picture, script = behaviour("/static/share.png"), behaviour("/static/app-0123456789ab.js")
    assert picture["OriginRequestPolicyId"] == CONFIG["DefaultCacheBehavior"]["OriginRequestPolicyId"]
    assert picture["CachePolicyId"] == script["CachePolicyId"] == {"Ref": "Files"}
    assert isinstance(page_files()["share.png"].body, bytes)


def test_answers_about_somebody_are_not_kept() -> None:
    for path in ("/", "/api/me", "/api/contest", "/wechat", "/api/unitsx"):
        assert behaviour(path) == CONFIG["DefaultCacheBehavior"]
