"""The soak of the callback's door: python -m tests.fuzz.door --bodies 100000

Guided by coverage where atheris is installed; else by random mutation of real letters. Ends with status 1 at the first
body that gets a 5xx, is mentioned in the log, or writes anything without being an event; the body is printed.
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
    parser = argparse.ArgumentParser(prog="tests.fuzz.door")
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    os.environ.update(FAKE_ENVIRONMENT)
    fuzzer = _atheris()
    with ExitStack() as stack:
        if fuzzer:
            with fuzzer.instrument_imports(include=INSTRUMENTED):
                opened = importlib.import_module("tests.fuzz.harness")
        else:
            opened = importlib.import_module("tests.fuzz.harness")
        door = stack.enter_context(opened.harness())
        run = Run(door, arguments.bodies, "atheris" if fuzzer else "random mutation")
        if fuzzer:
            _guided(fuzzer, run, stack, opened, arguments.seed)
        else:
            _random(run, opened, arguments.seed)
    run.report()
    return 0


class Run:
    """Counts the bodies, and tells when there have been enough."""

    def __init__(self, door: "Harness", bodies: int, way: str) -> None:
        self._door, self._bodies, self._way = door, bodies, way
        self._done, self._began = 0, time.monotonic()

    def __call__(self, data: bytes) -> bool:
        self._door(data)
        self._done += 1
        return self._done < self._bodies

    def report(self) -> None:
        seconds = time.monotonic() - self._began
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self._door.statuses.items()))
        print(f"{self._done} bodies by {self._way} in {seconds:.0f} s; answers {statuses}; {self._door.heard} events")


def _random(run: Run, opened: ModuleType, seed: int) -> None:
    rng = Random(seed)
    while run(bytes([rng.randrange(256)]) + mutated(rng, opened.SEEDS)):
        pass


def mutated(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A real letter with some of it changed, or noise."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(200))
    body = bytearray(rng.choice(seeds))
    for _ in range(rng.randrange(6)):
        at, taken = rng.randrange(len(body) + 1), rng.choice([0, 0, 1, 5, 30])
        put = rng.choice([*PIECES, rng.randbytes(3), rng.choice(seeds)[at : at + 40]])
        body[at : at + taken] = put
    return bytes(body)


def _guided(fuzzer: ModuleType, run: Run, stack: ExitStack, opened: ModuleType, seed: int) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    for number, body in enumerate(opened.SEEDS):
        for wrapping in range(len(opened.WRAPPINGS)):
            (folder / f"seed-{number}-{wrapping}").write_bytes(bytes([wrapping]) + body)

    def one(data: bytes) -> None:
        if not run(data):
            # libFuzzer never gives control back: the end is here.
            stack.close()
            run.report()
            sys.stdout.flush()
            os._exit(0)

    fuzzer.Setup(["door", f"-seed={seed}", "-max_len=2048", f"-artifact_prefix={folder}/", str(folder)], one)
    fuzzer.Fuzz()


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
