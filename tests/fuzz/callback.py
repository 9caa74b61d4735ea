"""The long fuzz run of the callback: python -m tests.fuzz.callback --bodies 100000

Guided by coverage if atheris is installed, else random mutations of real messages. Exits with status 1 at the first
body that gets a 5xx, causes a log line, or writes anything without being an event, and prints that body.
"""

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING

from tests.support.engines import FAKE_ENVIRONMENT

if TYPE_CHECKING:
    from tests.fuzz.harness import Harness

INSTRUMENTED = ["chalicelib", "functions", "wechatpy", "xmltodict"]
PIECES = [b"<", b">", b"</xml>", b"<xml>", b"&", b"&#0;", b"]]>", b"<![CDATA[", b"\0", b"\xff", b"9" * 30, b"-1", b"="]
PIECES += [
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "答".encode(),
    b"<Event>",
    b"subscribe",
    b"SCAN",
    b"qrscene_",
    b"{}",
    b" ",
]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz.callback")
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    os.environ.update(FAKE_ENVIRONMENT)
    fuzzer = _atheris()
    with ExitStack() as stack:
        if fuzzer:
            with fuzzer.instrument_imports(include=INSTRUMENTED):
                loaded = importlib.import_module("tests.fuzz.harness")
        else:
            loaded = importlib.import_module("tests.fuzz.harness")
        harness = stack.enter_context(loaded.harness())
        run = Run(harness, arguments.bodies, "atheris" if fuzzer else "random mutation")
        if fuzzer:
            _guided(fuzzer, run, stack, loaded, arguments.seed)
        else:
            _random(run, loaded, arguments.seed)
    run.report()
    return 0


class Run:
    """Counts the bodies; returns False once there have been enough."""

    def __init__(self, harness: "Harness", bodies: int, way: str) -> None:
        self._harness, self._bodies, self._way = harness, bodies, way
        self._done, self._began = 0, time.monotonic()

    def __call__(self, data: bytes) -> bool:
        self._harness(data)
        self._done += 1
        return self._done < self._bodies

    def report(self) -> None:
        seconds = time.monotonic() - self._began
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self._harness.statuses.items()))
        print(
            f"{self._done} bodies by {self._way} in {seconds:.0f} s; answers {statuses}; {self._harness.events} events"
        )


def _random(run: Run, loaded: ModuleType, seed: int) -> None:
    rng = Random(seed)
    while run(bytes([rng.randrange(256)]) + mutated(rng, loaded.SEEDS)):
        pass


def mutated(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A real message partly changed, or random bytes."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(200))
    body = bytearray(rng.choice(seeds))
    for _ in range(rng.randrange(6)):
        at, taken = rng.randrange(len(body) + 1), rng.choice([0, 0, 1, 5, 30])
        put = rng.choice([*PIECES, rng.randbytes(3), rng.choice(seeds)[at : at + 40]])
        body[at : at + taken] = put
    return bytes(body)


def _guided(fuzzer: ModuleType, run: Run, stack: ExitStack, loaded: ModuleType, seed: int) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for number, body in enumerate(loaded.SEEDS):
        for wrapping in range(len(loaded.WRAPPINGS)):
            (folder / f"seed-{number}-{wrapping}").write_bytes(bytes([wrapping]) + body)

    def one(data: bytes) -> None:
        if not run(data):
            # libFuzzer never returns, so the process ends here.
            stack.close()
            run.report()
            sys.stdout.flush()
            os._exit(0)

    fuzzer.Setup(["callback", f"-seed={seed}", "-max_len=2048", f"-artifact_prefix={folder}/", str(folder)], one)
    fuzzer.Fuzz()


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
