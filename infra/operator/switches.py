"""Pausing, holding a participant, and stopping payouts."""

import argparse

from chalicelib.wiring import Services


def pause(services: Services, arguments: argparse.Namespace) -> None:
    services.control.set_paused(True)
    print("已暂停，5秒内全部生效。")


def resume(services: Services, arguments: argparse.Namespace) -> None:
    services.control.set_paused(False)
    print("已恢复，5秒内全部生效。")


def hold(services: Services, arguments: argparse.Namespace) -> None:
    services.participants.set_hold(arguments.openid, True)
    print("已暂停该参与者的领取资格，立即生效；仍可答题。")


def release(services: Services, arguments: argparse.Namespace) -> None:
    services.participants.set_hold(arguments.openid, False)
    print("已恢复该参与者的领取资格。")


def stop_payouts(services: Services, arguments: argparse.Namespace) -> None:
    services.control.set_payouts_stopped(True)
    print("已停止发放。已领取的红包保留，恢复后继续发放。")


def start_payouts(services: Services, arguments: argparse.Namespace) -> None:
    services.control.set_payouts_stopped(False)
    print("已恢复发放，一分钟内继续。")
