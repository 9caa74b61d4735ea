"""The stand-in for SQS and SSM: moto's server, which is not atomic under threads and so serves without any.

A long poll would hold up everybody else: ask with `WaitTimeSeconds=0`.
"""

import argparse
import logging

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main() -> None:
    """Serves on 127.0.0.1 until it is stopped."""
    # A line for each poll would bury what matters.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(prog="infra.local.sqs_server")
    parser.add_argument("--port", type=int, required=True)
    run_simple("127.0.0.1", parser.parse_args().port, DomainDispatcherApplication(create_backend_app), threaded=False)


if __name__ == "__main__":
    main()
