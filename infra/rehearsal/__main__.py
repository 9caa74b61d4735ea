"""`./contest rehearse`: a synthetic week on a stack of its own on this machine, ending with a clean audit.

Prints each day in Chinese. Exits with 1 if anybody was lost, paid twice or not told, if a cheat succeeded, if a trouble
held up no payout, or if the audit finds anything.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_files import load_bank
from infra.local.local_stack import Stack, running
from infra.local.processes import LocalError
from infra.local.starter import Size
from infra.project import ROOT
from infra.rehearsal.desk_work import DeskFailed, editors_link, fetch_report, hand_in
from infra.rehearsal.journal import Journal, compare
from infra.rehearsal.operator_console import Operate, operator_of
from infra.rehearsal.played_contest import own_environment, write_contest
from infra.rehearsal.settling import all_paid, place_of
from infra.rehearsal.troubles import within, without_effect
from infra.rehearsal.week import SHARES, Week, days_of

HOME = ROOT / ".local" / "rehearsal"
PACKETS = 0.4
"""Packets a person in a week: the days after the third find none."""
ENOUGH = 0.8
"""In a shorter contest, whose packets would be gone before the last trouble."""
MIN_SECONDS = 1
"""The week would last longer than two minutes with the contest's own."""
PER_SECOND = 100
"""Payouts: at the contest's 25 a week's payouts would last as long as the whole rehearsal."""
SEED = 20200708


def say(text: str) -> None:
    print(text, flush=True)


def main(argv: list[str] | None = None, home: Path = HOME) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="./contest rehearse")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--instances", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stay", action="store_true", help="until Enter, to look at the desk")
    given = parser.parse_args(argv)
    began = time.monotonic()
    source = Path(os.environ.get("CONTEST_FILE") or PACKAGED)
    given_contest = load_contest_file(source)
    packets = packets_for(given.people, days_of(given_contest))
    contest = write_contest(home / "played.toml", packets, MIN_SECONDS, source)
    begins_at = given_contest.window.opens_at - timedelta(hours=1)
    environ = own_environment(os.environ, contest, begins_at.isoformat())
    try:
        with running(
            environ, home / "stack", size=Size(given.instances, given.workers, per_second=PER_SECOND)
        ) as stack:
            say(f"本机的演练环境已启动（{time.monotonic() - began:.0f} 秒），{given.people} 人参加。")
            code, invitation = asyncio.run(_rehearse(stack, given.people, home / "报告"))
            say(f"用时 {time.monotonic() - began:.0f} 秒。")
            if given.stay:
                input(f"{invitation}\n看完按回车结束。")
            return code
    except (LocalError, DeskFailed) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1


def packets_for(people: int, days: int) -> int:
    """Returns how many packets a contest of so many days has, so that all troubles meet with payouts."""
    return max(4, round(people * (PACKETS if days >= len(SHARES) else ENOUGH)))


async def _rehearse(stack: Stack, people: int, folder: Path) -> tuple[int, str]:
    """Returns the exit code, and how to enter the desk."""
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = load_bank(Path(contest.quiz.bank), None)
    journal = Journal()
    async with place_of(stack) as place, operator_of(stack.environ) as operate:
        week = Week(operate, place, contest, bank, journal, people, say, Random(SEED))
        await week.play()
        payments, units = await asyncio.gather(all_paid(place, journal.claims), hand_in(stack, contest, operate))
        say(f"工作台：{units} 个单位报送了联络人、活动和图文")
        await week.wait_until(contest.window.closes_at + timedelta(hours=2))
        for path in await fetch_report(stack, folder, operate):
            say(f"  {path}")
        found = compare(journal.told, payments)
        faults = list(without_effect(within(week.days), week.met, {one["mch_billno"] for one in payments}))
        code = await _conclude(operate, journal, found, faults)
        link, pin = await editors_link(operate)
    return code, f"工作台：{link}　口令：{pin}"


async def _conclude(operate: Operate, journal: Journal, found: Mapping[str, int], faults: Sequence[str]) -> int:
    """Prints how it ended. Returns the exit code."""
    audited = await operate("audit", "--json")
    facts = json.loads(audited.stdout) if audited.stdout else {}
    claims = sum(count for count, _ in facts.get("by_state", {}).values())
    refused = "，".join(f"{code} {count}" for code, count in journal.refused.most_common())
    say(f"{journal.done} 人走完，红包 {journal.claims} 个共 {journal.fen / 100:.2f} 元；最终被拒：{refused or '无'}")
    say(f"告知与到账：丢失 {found['lost']}、重复 {found['doubled']}、未告知 {found['untold']}")
    say(f"没有走完：{len(journal.lost)} 人")
    for why in (*sorted(set(journal.lost))[:5], *faults):
        say(f"  {why}")
    clean = audited.returncode == 0 and claims == journal.claims
    say("账目相符，没有违反不变量。" if clean else f"账目不符：{audited.stdout}{audited.stderr}")
    return int(not clean or bool(journal.lost) or bool(faults) or any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
