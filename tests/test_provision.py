"""The template is turned into the tables and queues that the application expects, and no part of it is ignored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.provision import create_all, create_bucket, create_tables, delete_all, delete_bucket
from infra.template import TABLE, Queue, TemplateError, log_groups, queues, read_template, resources, tables
from infra.template import bucket as template_bucket
from tests.support.engines import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def table(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "thing", **properties}}


def queue(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def test_the_log_groups_of_our_template() -> None:
    functions = (
        "",
        "-pay",
        "-take_later",
        "-sweep",
        "-reconcile",
        "-open_contest",
        "-close_contest",
        "-office",
        "-probe",
    )
    assert log_groups("x") == [f"/aws/lambda/x{one}" for one in functions]


def test_the_tables_of_our_template() -> None:
    found = {arguments["TableName"]: arguments for arguments in tables("contest-x")}
    assert sorted(found) == [
        "contest-x-books",
        "contest-x-control",
        "contest-x-followers",
        "contest-x-office",
        "contest-x-participants",
        "contest-x-pool",
    ]
    participants = found["contest-x-participants"]
    assert participants["BillingMode"] == "PAY_PER_REQUEST"
    assert participants["SSESpecification"] == {"Enabled": True}
    assert "PointInTimeRecoverySpecification" not in participants
    assert participants["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "payouts-due",
            "KeySchema": [
                {"AttributeName": "due_shard", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "participants-counted",
            "KeySchema": [{"AttributeName": "counted_shard", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["unit"]},
        },
        {
            "IndexName": "claims-by-packet",
            "KeySchema": [{"AttributeName": "packet_key", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ]


def test_the_queues_of_our_template_with_the_dead_letter_queue_first() -> None:
    later_dead, dead, later, payouts = queues("contest-x")

    kept = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
    assert dead == Queue("contest-x-payouts-dead", kept)
    assert later_dead == Queue("contest-x-later-dead", kept)
    assert payouts.attributes["VisibilityTimeout"] == "180"
    assert (payouts.dead_letter, payouts.max_receives) == ("contest-x-payouts-dead", 5)
    assert (later.dead_letter, later.max_receives) == ("contest-x-later-dead", 1000)


def test_references_to_the_prefix_are_put_in_at_any_depth() -> None:
    (found,) = tables("abc", template(T=table(KeySchema=[{"AttributeName": {"Ref": "Prefix"}}])))

    assert found["KeySchema"] == [{"AttributeName": "abc"}]


WARM = {"Fn::If": ["Warm", {"WriteUnitsPerSecond": {"Ref": "WarmWrites"}}, {"Ref": "AWS::NoValue"}]}


def warmed(**parameters: str) -> Any:
    """The properties of a table that is pre-warmed on a condition."""
    made = template(T=table(WarmThroughput=WARM, GlobalSecondaryIndexes=[{"IndexName": "i", "WarmThroughput": WARM}]))
    made["Parameters"] = {"WarmWrites": {"Type": "Number", "Default": 0}}
    made["Conditions"] = {"Warm": {"Fn::Not": [{"Fn::Equals": [{"Ref": "WarmWrites"}, 0]}]}}
    (found,) = resources(made, TABLE, **parameters)
    (arguments,) = tables("abc", made)
    assert arguments == {"TableName": "thing", "GlobalSecondaryIndexes": [{"IndexName": "i"}]}, "the cloud's alone"
    return found


def test_a_condition_decides_what_is_there() -> None:
    assert warmed() == {"TableName": "thing", "GlobalSecondaryIndexes": [{"IndexName": "i"}]}
    found = warmed(WarmWrites="9000")
    assert found["WarmThroughput"] == {"WriteUnitsPerSecond": "9000"}
    assert found["GlobalSecondaryIndexes"][0]["WarmThroughput"] == {"WriteUnitsPerSecond": "9000"}


def test_resources_of_other_types_are_passed_over() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": {"Fn::If": [1, 2, 3]}}}

    assert tables("abc", template(A=alarm)) == []


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "AWS::Region"},
        {"Fn::Sub": "${AWS::AccountId}-x"},
        {"Fn::Sub": ["${a}", {"a": "b"}]},
        {"Fn::If": ["Condition", "a", "b"]},
        {"Fn::GetAtt": ["Other", "Arn"]},
    ],
)
def test_an_unknown_intrinsic_is_refused(value: Any) -> None:
    with pytest.raises(TemplateError, match="intrinsic"):
        tables("abc", template(T=table(BillingMode=value)))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"T": table(Suprise=1)}, "Suprise"),
        ({"Q": queue("q", FifoQueue=True)}, "FifoQueue"),
        ({"Q": queue("q", RedrivePolicy={"deadLetterTargetArn": 1, "maxReceiveCount": 1})}, "redrive"),
        ({"Q": queue("q", RedrivePolicy={"deadLetterTargetArn": "another", "maxReceiveCount": 1})}, "no queue"),
        (
            {
                "T": table(),
                "Q": queue(
                    "q",
                    RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["T", "Arn"]}, "maxReceiveCount": 1},
                ),
            },
            "intrinsic",
        ),
    ],
)
def test_what_cannot_be_created_is_refused(made: dict[str, Any], reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        _ = tables("abc", template(**made)), queues("abc", template(**made))


def test_short_form_intrinsics_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text("Resources:\n  T: !Sub x\n", encoding="utf-8")

    with pytest.raises(TemplateError, match=r"short\.yaml"):
        read_template(file)


@mock_aws
def test_creating_twice_changes_nothing_and_deleting_leaves_nothing() -> None:
    dynamodb, sqs = boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION)
    create_all(dynamodb, sqs, "abc")
    dynamodb.put_item(TableName="abc-followers", Item={"openid": {"S": "o"}})
    url = sqs.get_queue_url(QueueName="abc-payouts")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})

    create_all(dynamodb, sqs, "abc")

    assert dynamodb.scan(TableName="abc-followers")["Count"] == 1
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "1"
    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith(":abc-payouts-dead")
    assert redrive["maxReceiveCount"] == 5

    delete_all(dynamodb, sqs, "abc")
    delete_all(dynamodb, sqs, "abc")
    assert dynamodb.list_tables()["TableNames"] == []
    assert "QueueUrls" not in sqs.list_queues()


def test_dynamodb_local_takes_the_template_as_it_is(dynamodb: "DynamoDBClient", new_tables: Callable[[], str]) -> None:
    prefix = new_tables()
    create_tables(dynamodb, prefix)

    described = dynamodb.describe_table(TableName=f"{prefix}-participants")["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["GlobalSecondaryIndexes"][0]["IndexName"] == "payouts-due"


def test_moto_takes_the_template_as_it_is(moto_tables: str) -> None:
    names = boto3.client("dynamodb", region_name=REGION).list_tables()["TableNames"]

    assert f"{moto_tables}-participants" in names
    assert len(names) == 6


@mock_aws
def test_the_bucket_takes_files_from_the_contests_pages_alone_and_goes_with_its_files() -> None:
    s3 = boto3.client("s3", region_name=REGION)
    for _ in range(2):
        assert create_bucket(s3, "abc", "https://quiz.example", "1") == "abc-office-1"
    (rule,) = s3.get_bucket_cors(Bucket="abc-office-1")["CORSRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://quiz.example"], ["GET", "POST"])
    s3.put_object(Bucket="abc-office-1", Key="a", Body=b"x")
    for _ in range(2):
        delete_bucket(s3, "abc-office-1")
    assert s3.list_buckets()["Buckets"] == []


def test_the_bucket_is_private_encrypted_kept_and_emptied_after_half_a_year() -> None:
    assert template_bucket("abc").name == "abc-office"
    found = read_template()["Resources"]["Files"]
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = found["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "ServerSideEncryptionConfiguration" in properties["BucketEncryption"]
    rules = properties["LifecycleConfiguration"]["Rules"]
    assert [(one.get("Prefix"), one["ExpirationInDays"]) for one in rules] == [("uploads/", 1), (None, 180)]


def test_the_bucket_refuses_plain_http() -> None:
    found = read_template()["Resources"]["FilesPolicy"]
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("Retain", "Retain"), "the bucket stays, too"
    (statement,) = found["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2, "the bucket and its files"
