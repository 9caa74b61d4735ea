"""Commands that pause the contest, hold a participant, and stop payouts."""

import argparse
import sys

from chalicelib.domain.participation import Me, Participation
from chalicelib.wiring import Services

NOTHING = Participation(Me(), (), ())


def pause(services: Services, arguments: argparse.Namespace) -> None:
    services.ports.control.set_paused(True)
    print("已暂停，5秒内全部生效。")


def resume(services: Services, arguments: argparse.Namespace) -> None:
    services.ports.control.set_paused(False)
    print("已恢复，5秒内全部生效。")


def hold(services: Services, arguments: argparse.Namespace) -> int:
    return _set_hold(services, arguments.openid, True, "已暂停该参与者的领取资格，立即生效；仍可答题。")


def release(services: Services, arguments: argparse.Namespace) -> int:
    return _set_hold(services, arguments.openid, False, "已恢复该参与者的领取资格。")


def stop_payouts(services: Services, arguments: argparse.Namespace) -> None:
    services.ports.control.set_payouts_stopped(True)
    print("已停止发放。已领取的红包保留，恢复后继续发放。")


def start_payouts(services: Services, arguments: argparse.Namespace) -> None:
    services.ports.control.set_payouts_stopped(False)
    print("已恢复发放，一分钟内继续。")


def _set_hold(services: Services, openid: str, on_hold: bool, done: str) -> int:
    """Returns exit status 1 for an unknown openid: a mistyped one would hold nobody."""
    follower, took_part = services.ports.followers.find_follower(openid), services.ports.participants.read_participation
    if follower is None and took_part(openid) == NOTHING:
        print("没有这位参与者的记录，请核对 OPENID。", file=sys.stderr)
        return 1
    services.ports.participants.set_hold(openid, on_hold)
    print(done)
    return 0
