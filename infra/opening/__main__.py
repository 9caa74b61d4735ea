"""`make simulate-opening`: the opening by minute, by crowd and account, and the settings that carry it.

python -m infra.opening [--write] | --people N [--curve midnight] [--account new|raised] [--warm]
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from chalicelib.domain.prizes import shards_for
from infra.opening import derived
from infra.opening.arrivals import CURVES
from infra.opening.cloud import RAISED, Cloud, Settings
from infra.opening.cost import CROWDS, PACKETS_A_PERSON, dollars
from infra.opening.crowd import steps
from infra.opening.latency import in_time, money_seconds, seconds_to
from infra.opening.limits import USER_INFO_A_DAY
from infra.opening.opening_night import Night, Opening
from infra.percentiles import percentile

ACCOUNTS = {"new": Settings(), "raised": RAISED}
SHARES = (0.5, 0.95, 0.99)
SEEN_A_MINUTE = 200
MIDNIGHT = "midnight"
HEAD = (
    f"{'minute':>6s}{'served':>10s}{'waiting':>10s}{'429 gateway':>12s}{'503 Lambda':>11s}{'503 tables':>11s}"
    f"{'to page p50/95/99':>20s}{'to packet':>17s}{'to money':>20s}{'calls':>11s}{'W':>11s}{'R':>10s}{'US$':>8s}"
)
ACCOUNTS_HEAD = (
    "| people | account | minutes | 429 of API Gateway | 503 of Lambda | 503 of tables "
    "| to the page, s | to the packet, s | to the money, h |"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 1 if a derived setting does not carry its crowd."""
    given = _parser().parse_args(arguments)
    if given.people is None:
        return _all(given.write)
    settings = replace(ACCOUNTS[given.account], product=given.product, per_second=given.per_second)
    settings = settings.warmed() if given.warm else settings
    packets = round(PACKETS_A_PERSON * given.people) if given.packets is None else given.packets
    _print_minutes(given.people, given.curve, packets, settings)
    return 0


def _all(write: bool) -> int:
    _print_minutes(CROWDS[0], MIDNIGHT, round(PACKETS_A_PERSON * CROWDS[0]), Settings())
    with ProcessPoolExecutor() as processes:
        print()
        for line in by_account(CROWDS, processes.map):
            print(line, flush=True)
        found = list(processes.map(derived.derive, CROWDS))
    print()
    print("\n".join(derived.table(found)))
    if write:
        derived.write(found)
    return int(not all(map(derived.carries, found)))


def _print_minutes(people: int, curve: str, packets: int, settings: Settings) -> None:
    print(f"{people:,} people, {curve}, {packets:,} packets; {settings}")
    night = Night(Opening(people, CURVES[curve], packets), Cloud(settings, shards_for(packets))).run()
    print("\n".join(by_minute(night)), flush=True)


def by_minute(night: Night) -> Iterator[str]:
    """Yields a line for each minute in which somebody was served or waited, and the sums."""
    yield HEAD
    for number, minute in enumerate(night.minutes):
        span = range(steps(60) * number, steps(60) * (number + 1))
        by = (minute.refused.get("API Gateway", 0), minute.refused.get("Lambda", 0), _by_tables(minute.refused))
        refused = "{:12,.0f}{:11,.0f}{:11,.0f}".format(*by)
        page = _percentiles(seconds_to(night, "oauth_start", "me", span, SEEN_A_MINUTE))
        packet = _percentiles(seconds_to(night, "claim", "claim", span, SEEN_A_MINUTE))
        money = _percentiles(money_seconds(night, span))
        yield (
            f"{number:6d}{minute.finished:10,.0f}{minute.waiting:10,.0f}{refused}{page:>20s}{packet:>17s}{money:>20s}"
            f"{minute.used.requests:11,.0f}{minute.used.writes:11,.0f}{minute.used.reads:10,.0f}"
            f"{dollars(minute.used, minute.sent):8.2f}"
        )
    yield _sum(night)


def by_account(crowds: Sequence[int], run: Callable[..., Iterable[str]] = map) -> Iterator[str]:
    """Yields the table of docs/capacity.md: seconds are p50/p95/p99, ✓ if the claims are answered in time.

    `run` computes the rows, as `map` does.
    """
    yield ACCOUNTS_HEAD
    yield "|---" * (ACCOUNTS_HEAD.count("|") - 1) + "|"
    accounts = [(name, account) for name, cold in ACCOUNTS.items() for account in (cold, cold.warmed())]
    names = [f"{name}, warm" if account.warm_environments else name for name, account in accounts]
    people = [count for count in crowds for _ in accounts]
    yield from run(_account, people, names * len(crowds), [account for _, account in accounts] * len(crowds))


def _account(people: int, name: str, settings: Settings) -> str:
    opening = Opening(people, CURVES[MIDNIGHT], round(PACKETS_A_PERSON * people))
    return f"| {people:,} | {name} | {_row(Night(opening, Cloud(settings, shards_for(opening.packets))).run())} |"


def _row(night: Night) -> str:
    counts = (night.cloud.refused["API Gateway"], night.cloud.refused["Lambda"], _by_tables(night.cloud.refused))
    refused = " | ".join(f"{count:,.0f}" if count > 0.5 else "–" for count in counts)
    page, packet = seconds_to(night, "oauth_start", "me"), seconds_to(night, "claim", "claim")
    times = f"{_percentiles(page)} | {_percentiles(packet)} {'✓' if in_time(packet) else '✗'}"
    hours = _percentiles([one / 3_600 for one in money_seconds(night)])
    return f"{len(night.minutes)} | {refused} | {times} | {hours}"


def _by_tables(refused: Mapping[str, float]) -> float:
    return sum(count for name, count in refused.items() if name.startswith("DynamoDB"))


def _sum(night: Night) -> str:
    refused = ", ".join(f"{name} {count:,.0f}" for name, count in night.cloud.refused.items() if count > 0.5)
    page, packet = seconds_to(night, "oauth_start", "me"), seconds_to(night, "claim", "claim")
    verdict = "held" if in_time(packet) else "NOT held"
    money, draw = _percentiles(money_seconds(night)), _percentiles(seconds_to(night, "draw", "draw"))
    return (
        f"{len(night.minutes)} min, {night.finished:,.0f} served, lost {abs(night.lost):.0f}; "
        f"refused: {refused or 'none'}; to page {_percentiles(page)} s, to questions {draw} s, "
        f"to packet {_percentiles(packet)} s ({verdict}), to money {money} s; "
        f"user/info at most {night.finished:,.0f} of {USER_INFO_A_DAY:,} a day"
    )


def _percentiles(values: Sequence[float]) -> str:
    found = [percentile(values, share) for share in SHARES]
    return "/".join("–" if one is None else f"{one:.1f}" if one < 100 else f"{one:.0f}" for one in found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.opening", description=__doc__)
    parser.add_argument("--people", type=int, help="人数；只推演这一次")
    parser.add_argument("--curve", choices=CURVES, default=MIDNIGHT, help="何时到来")
    parser.add_argument("--account", choices=ACCOUNTS, default="new", help="新账号，或已提高配额的")
    parser.add_argument("--warm", action="store_true", help="已预热")
    parser.add_argument("--packets", type=int, help="红包个数，默认人数的八成")
    parser.add_argument("--product", choices=("red_packet", "transfer"), default="red_packet", help="发放方式")
    parser.add_argument("--per-second", type=int, default=Settings().per_second, help="每秒发放数")
    parser.add_argument("--write", action="store_true", help="推算后写入 derived.toml")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
