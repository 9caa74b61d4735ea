"""Moto's tables are restored to the same state each time; nothing remains of the previous test."""

import boto3
from moto import mock_aws

from infra.provision import create_all
from tests.support.engines import REGION, fresh_prefix
from tests.support.kept_tables import bring_moto_to


def test_each_gets_its_own_copy_of_what_was_made_once() -> None:
    prefix, made = fresh_prefix(), []

    def make() -> None:
        made.append(1)
        create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), prefix)

    for _ in range(3):
        with mock_aws():
            bring_moto_to(prefix, make)
            dynamodb, sqs = boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION)
            assert dynamodb.scan(TableName=f"{prefix}-followers")["Count"] == 0
            dynamodb.put_item(TableName=f"{prefix}-followers", Item={"openid": {"S": "alice"}})
            url = sqs.get_queue_url(QueueName=f"{prefix}-payouts")["QueueUrl"]
            assert "Messages" not in sqs.receive_message(QueueUrl=url)
            sqs.send_message(QueueUrl=url, MessageBody="job")
    assert made == [1]


def test_with_items_there_it_is_made() -> None:
    prefix, made = fresh_prefix(), []
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_all(dynamodb, boto3.client("sqs", region_name=REGION), prefix)
        dynamodb.put_item(TableName=f"{prefix}-followers", Item={"openid": {"S": "alice"}})
        for _ in range(2):
            bring_moto_to((prefix, "laid"), lambda: made.append(1))
        assert dynamodb.scan(TableName=f"{prefix}-followers")["Count"] == 1
    assert made == [1, 1]
