"""The private bucket of the organiser's desk on S3."""

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import UploadForm

UPLOAD_SECONDS = 600


class OfficeBucket:
    """Implements the OfficeFiles port. The client is made at first use."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        # A stand-in on this machine has no name of its own for each bucket.
        own = bool(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))
        style: Any = {"addressing_style": "path" if own else "virtual", "us_east_1_regional_endpoint": "regional"}
        config = Config(signature_version="s3v4", s3=style, connect_timeout=2, read_timeout=10)
        return aws.session().create_client("s3", region_name=region, config=config)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.file_address("x"))
        return f"{parts.scheme}://{parts.netloc}"

    def offer_upload(self, key: str, content_type: str, most_bytes: int) -> UploadForm:
        fields, conditions = {"Content-Type": content_type}, [["content-length-range", 1, most_bytes]]
        form = self._client.generate_presigned_post(
            self._bucket, key, fields, [*conditions, fields], ExpiresIn=UPLOAD_SECONDS
        )
        return UploadForm(form["url"], form["fields"])

    def file_address(self, key: str, seconds: int = 60, name: str = "") -> str:
        asked = {"Bucket": self._bucket, "Key": key}
        if name:
            asked["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return str(self._client.generate_presigned_url("get_object", asked, ExpiresIn=seconds))

    def read_file(self, key: str) -> bytes | None:
        found = self._call("get_object", Key=key)
        return None if found is None else bytes(found["Body"].read())

    def put_file(self, key: str, content: bytes, content_type: str) -> None:
        self._call("put_object", Key=key, Body=content, ContentType=content_type)

    def remove_files(self, prefix: str) -> int:
        """A deployment from before the desk has no bucket."""
        removed, missing = 0, ("NoSuchBucket",)
        while found := (self._call("list_objects_v2", missing, Prefix=prefix) or {}).get("Contents"):
            asked = {"Objects": [{"Key": one["Key"]} for one in found], "Quiet": True}
            if (self._call("delete_objects", Delete=asked) or {}).get("Errors"):  # answered with 200
                raise TryAgain
            removed += len(found)
        return removed

    def _call(self, operation: str, missing: Sequence[str] = ("NoSuchKey",), **asked: Any) -> Any:
        """Returns None for an error code in `missing`. Raises TryAgain for any other."""
        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **asked)
        except ClientError as error:
            if error.response["Error"]["Code"] in missing:
                return None
            raise TryAgain from error
        except BotoCoreError as error:
            raise TryAgain from error
