"""Commands on the files that organisers edit. They need no deployment."""

import argparse
import sys

from chalicelib.config import contest_path
from chalicelib.config_faults import faults


def check_files(_: argparse.Namespace) -> int:
    """Prints all faults of all files; exit status 1 if there are any."""
    path = contest_path()
    found = faults(path)
    print("\n".join(found) or f"{path}：竞赛配置、题库与学习卡片无误。", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0
