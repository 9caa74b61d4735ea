"""`python -m infra.simulator`: runs the simulator until interrupted or terminated."""

import os
import signal
import threading

from chalicelib.adapters.clock import make_clock
from infra.local.garbage import collect_rarely
from infra.simulator import SimulatorSettings, serve


def main() -> None:
    collect_rarely()
    clock, stop = make_clock(os.environ), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serve(SimulatorSettings.from_env(os.environ), lambda: clock().timestamp()) as simulator:
        print(f"微信模拟器：{simulator.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
