"""Simulates WeChat locally: the platform's API, the OAuth page, WeChat Pay, and a phone in the browser.

Start it with `python -m infra.simulator`, or from a program:

    with serve(SimulatorSettings.from_env(os.environ), time.time) as simulator:
        ...  # simulator.url answers until the block ends
"""

from infra.simulator.simulator_app import create_app, serve
from infra.simulator.simulator_settings import SimulatorSettings

__all__ = ["SimulatorSettings", "create_app", "serve"]
