"""Cold start: the time that Lambda waits, for the plain `chalice package` and for the lean build of the same
requirements.

    python -m tests.bench.cold [runs]

Each run is a fresh interpreter that imports the application from the unzipped zip and answers one health check.
Bytecode is never written, as on Lambda, whose task folder is read-only. The two take turns, so that the machine's other
work affects both. Exits with 1 when a bound of the contest's rules is missed.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.support.packaged_zips import ZIP, lean, plain

RUNS = 15
LARGEST_RATIO, LARGEST_ZIP = 0.5, 10_000_000
STAGE = "prod"
# STAGE=local provides the secrets; a health check calls no service.
ENVIRONMENT = {"PATH": os.defpath, "STAGE": "local", "AWS_REGION": "cn-north-1", "AWS_DEFAULT_REGION": "cn-north-1"}
CLOCKED = """
import sys, time
sys.path.insert(0, sys.argv[1])
begun = time.perf_counter()
import app
imported = time.perf_counter()
request = {"resourcePath": "/healthz", "path": "/healthz", "httpMethod": "GET", "identity": {"sourceIp": "127.0.0.1"}}
event = {"requestContext": request, "headers": {}, "multiValueHeaders": {}, "pathParameters": None, "body": None,
         "multiValueQueryStringParameters": None, "stageVariables": None, "isBase64Encoded": False}
class Context:
    function_name, aws_request_id = "bench", "bench"
answer = app.app(event, Context())
answered = time.perf_counter()
assert answer["statusCode"] == 200, answer
import json
print(json.dumps([1000 * (imported - begun), 1000 * (answered - imported)]))
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of each run."""

    imports: list[float]
    requests: list[float]

    def line(self, name: str, size: int) -> str:
        first = f"{min(self.imports):7.0f} {median(self.imports):7.0f}"
        return f"{name:6s} {first} {min(self.requests):9.1f} {median(self.requests):7.1f} {size / 1e6:10.2f}"


def main(runs: int = RUNS) -> int:
    """Returns the exit code."""
    zips = {"plain": plain(STAGE) / ZIP, "lean": lean(STAGE) / ZIP}
    with tempfile.TemporaryDirectory() as home:
        folders = {name: _unzipped(path, Path(home) / name) for name, path in zips.items()}
        taken = {name: Taken([], []) for name in zips}
        for run in range(runs + 1):
            for name, folder in folders.items():
                imported, answered = _cold(folder)
                if run:  # the first run reads the files from the disk
                    taken[name].imports.append(imported)
                    taken[name].requests.append(answered)
    sizes = {name: path.stat().st_size for name, path in zips.items()}
    print(f"cold start, milliseconds of {runs} runs, Python {sys.version.split()[0]}")
    print("       import:min  median  healthz:min  median     zip MB")
    for name in zips:
        print(taken[name].line(name, sizes[name]))
    return _judged(taken["lean"], taken["plain"], sizes["lean"])


def _judged(ours: Taken, floor: Taken, size: int) -> int:
    ratio = median(ours.imports) / median(floor.imports)
    print(f"lean / plain import: {ratio:.2f} (at most {LARGEST_RATIO}), by minima", end=" ")
    print(f"{min(ours.imports) / min(floor.imports):.2f}; zip at most {LARGEST_ZIP / 1e6:.0f} MB")
    return int(ratio > LARGEST_RATIO or size > LARGEST_ZIP)


def _unzipped(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def _cold(folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", CLOCKED, str(folder)]
    done = subprocess.run(command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, check=True)
    imported, answered = json.loads(done.stdout)
    return imported, answered


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
