"""Creates on moto what `chalice deploy` and the alarms' stack create in an account."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from infra.gateway_responses import apply_and_deploy
from infra.operator import compared_functions
from infra.project import CHECKOUT, TEMPLATES
from infra.provision import create_bucket
from infra.template import BUCKET, read_template, resources
from tests.operator.doctor.conftest import PREFIX, PUBLIC, VARIABLES, Clinic

ROLE: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
SETTINGS: dict[str, Any] = CHECKOUT.config()["lambda_functions"]


ACCOUNT = "123456789012"


def make_bucket(clinic: Clinic) -> str:
    """The desk's, as CloudFormation makes it."""
    s3 = clinic.client("s3")
    name = create_bucket(s3, PREFIX, PUBLIC, ACCOUNT)
    (wanted,) = resources(read_template(), BUCKET, Prefix=PREFIX, **{"AWS::AccountId": ACCOUNT})
    blocked = wanted["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
    put_deletion(s3, name, wanted["LifecycleConfiguration"]["Rules"])
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=encryption)
    policy = read_template()["Resources"]["FilesPolicy"]["Properties"]["PolicyDocument"]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return name


def put_deletion(s3: Any, bucket: str, rules: Iterable[Mapping[str, Any]]) -> None:
    """`rules` are the template's."""
    put = [
        {
            "Status": "Enabled",
            "Filter": {"Prefix": one.get("Prefix", "")},
            "ID": one["Id"],
            "Expiration": {"Days": one["ExpirationInDays"]},
        }
        for one in rules
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": put})


def deploy_functions(clinic: Clinic) -> None:
    """With their queues."""
    client, archive = clinic.client("lambda"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("app.py", "")
    role = clinic.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(ROLE))["Role"]["Arn"]
    for name, settings in SETTINGS.items():
        deployed = CHECKOUT.function_name("prod", name)
        client.create_function(
            FunctionName=deployed,
            Runtime="python3.11",
            Role=role,
            Handler=f"app.{name}",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": VARIABLES},
        )
        if reserved := settings.get("reserved_concurrency"):
            client.put_function_concurrency(FunctionName=deployed, ReservedConcurrentExecutions=reserved)
    for name, settings in compared_functions.triggers(clinic.client, "prod", PREFIX).expected.items():
        queue, _, function = name.partition(" → ")
        client.create_event_source_mapping(
            EventSourceArn=f"arn:aws-cn:sqs:{client.meta.region_name}:123456789012:{queue}",
            FunctionName=CHECKOUT.function_name("prod", function),
            ScalingConfig={"MaximumConcurrency": settings["最大并发"]},
        )


def put_rules(clinic: Clinic) -> None:
    client = clinic.client("events")
    for rule, settings in compared_functions.rules(clinic.client, "prod").expected.items():
        client.put_rule(Name=rule, ScheduleExpression=settings["时间"])
        arn = f"arn:aws-cn:lambda:cn-north-1:123456789012:function:{settings['目标']}"
        client.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn}])


def make_api(clinic: Clinic, mapped: bool = True) -> str:
    """With our answers; its id."""
    client = clinic.client("apigateway")
    api_id = str(client.create_rest_api(name="contest")["id"])
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=api_id, stageName="api")
    if mapped:
        client.create_domain_name(domainName=clinic.target.host)
        client.create_base_path_mapping(domainName=clinic.target.host, restApiId=api_id, stage="api")
    apply_and_deploy(client, api_id, {"api_gateway_stage": "api"}, clinic.target.host)
    return api_id


def alarm_names() -> list[str]:
    template = read_template(TEMPLATES / "alarms.yaml")
    wanted = resources(template, "AWS::CloudWatch::Alarm", Prefix=PREFIX, AlarmTopic="")
    return [str(one["AlarmName"]) for one in wanted]


def put_alarms(clinic: Clinic) -> None:
    topic = str(clinic.client("sns").create_topic(Name="wake-up")["TopicArn"])
    for name in alarm_names():
        put_alarm(clinic, name, [topic])


def put_alarm(clinic: Clinic, name: str, actions: list[str]) -> None:
    clinic.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="Contest",
        MetricName="x",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
        AlarmActions=actions,
    )
