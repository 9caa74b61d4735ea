"""OfficeFiles: files come and go, and a form takes one file of its type and size."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
import requests
from moto import mock_aws

from chalicelib.adapters import aws
from chalicelib.adapters.desk.office_bucket import OfficeBucket
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import OfficeFiles, UploadForm
from tests.support.engines import REGION
from tests.support.office_files import FakeFiles
from tests.support.world import World

JPEG = "image/jpeg"


@dataclass
class Bucket:
    files: OfficeFiles
    upload: Callable[[UploadForm, bytes], bool]
    fetch: Callable[[str], Any]


def _post(form: UploadForm, content: bytes) -> bool:
    return requests.post(form.url, data=dict(form.fields), files={"file": content}, timeout=5).ok


@pytest.fixture(params=["fake", "moto"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    if request.param == "fake":
        fake = FakeFiles(World())
        yield Bucket(fake, lambda form, content: fake.receive(form, content, JPEG), lambda address: None)
        return
    with mock_aws():
        aws.renew()
        place: Any = {"LocationConstraint": REGION}
        boto3.client("s3", region_name=REGION).create_bucket(Bucket="contest-office", CreateBucketConfiguration=place)
        yield Bucket(OfficeBucket("contest-office"), _post, lambda address: requests.get(address, timeout=5))
    aws.renew()


def test_a_file_is_written_and_read(bucket: Bucket) -> None:
    files = bucket.files
    assert files.read_file("files/a/1.zip") is None
    for content in (b"one", b"other"):
        files.put_file("files/a/1.zip", content, "application/zip")
        assert files.read_file("files/a/1.zip") == content


def test_a_form_takes_a_file_that_an_address_shows(bucket: Bucket) -> None:
    files = bucket.files
    form = files.offer_upload("pictures/a/b/1.jpg", JPEG, 1000)
    assert files.read_file("pictures/a/b/1.jpg") is None
    assert bucket.upload(form, b"a picture")
    assert files.read_file("pictures/a/b/1.jpg") == b"a picture"
    for name in ("", "图.jpg"):
        address = files.file_address("pictures/a/b/1.jpg", 60, name)
        assert address.startswith(f"{files.origin}/")
        if shown := bucket.fetch(address):
            assert shown.content == b"a picture"
            assert ("filename*=UTF-8''%E5%9B%BE.jpg" in shown.headers.get("content-disposition", "")) is bool(name)


def test_files_are_removed_by_the_beginning_of_their_keys(bucket: Bucket) -> None:
    files, keys = bucket.files, ("files/a/1", "files/a/2", "files/ab/1")
    for key in keys:
        files.put_file(key, b"x", "text/plain")
    assert [files.remove_files("files/a/"), files.remove_files("files/a/")] == [2, 0]
    assert [files.read_file(key) for key in keys] == [None, None, b"x"]


def test_the_form_limits_key_type_and_size() -> None:
    """moto does not check the conditions that S3 checks."""
    with mock_aws():
        form = OfficeBucket("contest-office").offer_upload("pictures/a/b/1.jpg", JPEG, 1000)
    policy = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    assert ["content-length-range", 1, 1000] in policy
    assert {"Content-Type": JPEG} in policy
    assert {"key": "pictures/a/b/1.jpg"} in policy
    assert {"bucket": "contest-office"} in policy


def test_a_bucket_that_does_not_answer_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    aws.renew()
    with pytest.raises(TryAgain):
        OfficeBucket("contest-office").read_file("x")
    assert OfficeBucket("contest-office").origin == "http://127.0.0.1:9"
    aws.renew()


def test_files_that_stay_are_not_deleted_again_and_again() -> None:
    """S3 answers 200 with what it refused."""
    bucket, client = OfficeBucket("contest-office"), Mock()
    client.list_objects_v2.return_value = {"Contents": [{"Key": "files/a/1"}]}
    client.delete_objects.side_effect = [{"Errors": [{"Key": "files/a/1", "Code": "AccessDenied"}]}]
    bucket._client = client
    with pytest.raises(TryAgain):
        bucket.remove_files("files/a/")
