"""Reduces botocore's data to the services that the application calls: four of 400, which take 20 MB.

Besides its size, the first request waits for it: a client reads its service's models and the endpoints of all
services. So the models lose their documentation, which nobody reads on Lambda, and their compression.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

SERVICES = frozenset({"dynamodb", "s3", "sqs", "ssm"})

DOCUMENTED = frozenset({"clientContextParams"})
"""Parts of a model that botocore refuses without their documentation: the settings of S3's clients."""


def condense(data: Path) -> None:
    for entry in data.iterdir():
        if entry.is_dir():
            if entry.name in SERVICES:
                _condense_service(entry)
            else:
                shutil.rmtree(entry)
    endpoints = data / "endpoints.json"
    content = json.loads(endpoints.read_text(encoding="utf-8"))
    for partition in content["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in SERVICES}
    _write(endpoints, content)


def _condense_service(service: Path) -> None:
    """Keeps the newest version, botocore's default."""
    *older, newest = sorted(service.iterdir())
    for version in older:
        shutil.rmtree(version)
    for path in newest.iterdir():
        raw = path.read_bytes()
        content = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        path.unlink()
        if not path.name.startswith("examples-"):
            _write(path.with_name(path.name.removesuffix(".gz")), undocumented(content))


def undocumented(value: Any) -> Any:
    """Removes documentation texts. A structure's member may have the same name, but is not a text."""
    if isinstance(value, dict):
        texts = {name for name, inner in value.items() if name == "documentation" and isinstance(inner, str)}
        kept = {name: inner for name, inner in value.items() if name not in texts}
        return {name: inner if name in DOCUMENTED else undocumented(inner) for name, inner in kept.items()}
    return [undocumented(inner) for inner in value] if isinstance(value, list) else value


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
