"""`python -m infra.simulator`: runs until it is interrupted or terminated."""

import os
import signal
import threading

from infra.simulator import SimulatorSettings, clock_from_env, serve


def main() -> None:
    settings = SimulatorSettings.from_env(os.environ)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serve(settings, clock_from_env(os.environ)) as simulator:
        print(f"微信模拟器：{simulator.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
