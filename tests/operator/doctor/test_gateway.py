"""API Gateway's own answers: reset by a deployment and not set again."""

from infra.gateway_responses import apply_and_deploy
from infra.operator.doctor import gateway_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import Clinic, is_well
from tests.operator.doctor.moto_deployment import make_api

CHECK = Check("网关设置", gateway_checks.answers)


def test_all_is_well(clinic: Clinic) -> None:
    api_id = make_api(clinic)
    clinic.client("apigateway").create_rest_api(name="contest")  # another stage's or an old API
    found = clinic.tells(CHECK)
    assert is_well(found), found
    assert api_id in found[0].text
    assert "是否已生效见" in found[0].text, "what is put was compared, not what is deployed"


def test_forgotten_after_a_deployment(clinic: Clinic) -> None:
    api_id = make_api(clinic)
    clinic.client("apigateway").delete_gateway_response(restApiId=api_id, responseType="THROTTLED")
    text = clinic.text(CHECK)
    assert f"✗ 网关设置：接口 {api_id} 有 1 种回答不是本系统的：THROTTLED。执行 make deploy STAGE=环境名" in text


def test_throttles_that_somebody_changed(clinic: Clinic) -> None:
    api_id = make_api(clinic)
    change = {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "10"}
    clinic.client("apigateway").update_stage(restApiId=api_id, stageName="api", patchOperations=[change])
    assert f"✗ 网关设置：接口 {api_id} 的限流不是本系统的：*/*。执行 make deploy" in clinic.text(CHECK)


def test_the_throttles_of_a_raised_quota(clinic: Clinic) -> None:
    api_id = make_api(clinic)
    raised = {"api_gateway_stage": "api", "api_gateway_requests": 40_000}
    vars(clinic.target)["config"] = {"app_name": "contest", "stages": {"prod": raised}}
    assert "的限流不是本系统的" in clinic.text(CHECK)
    apply_and_deploy(clinic.client("apigateway"), api_id, raised, clinic.target.host)
    assert is_well(clinic.tells(CHECK))


def test_the_default_address_beside_the_domain(clinic: Clinic) -> None:
    """The domain was mapped after the deployment."""
    api_id = make_api(clinic, mapped=False)
    client = clinic.client("apigateway")
    client.create_domain_name(domainName=clinic.target.host)
    client.create_base_path_mapping(domainName=clinic.target.host, restApiId=api_id, stage="api")
    assert f"! 网关设置：接口 {api_id} 的默认网址 execute-api 还开着" in clinic.text(CHECK)


def test_nothing_is_deployed(clinic: Clinic) -> None:
    assert clinic.text(CHECK).startswith("✗ 网关设置：没有部署接口")


def test_behind_cloudfront_the_only_api_of_that_name_is_meant(clinic: Clinic) -> None:
    make_api(clinic, mapped=False)
    clinic.client("apigateway").create_rest_api(name="another application's")
    assert is_well(clinic.tells(CHECK))
    clinic.client("apigateway").create_rest_api(name="contest")
    assert clinic.text(CHECK) == "– 网关设置：contest.example 没有路径映射，同名接口有 2 个：请手工核对"
