"""The local server for SQS and SSM: moto's, single-threaded because it is not atomic under threads.

A long poll would block all other clients: use `WaitTimeSeconds=0`.
"""

import argparse
import logging

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main() -> None:
    """Serves on 127.0.0.1 until it is stopped."""
    # A line for each poll would hide the important ones.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(prog="infra.local.sqs_server")
    parser.add_argument("--port", type=int, required=True)
    run_simple("127.0.0.1", parser.parse_args().port, DomainDispatcherApplication(create_backend_app), threaded=False)


if __name__ == "__main__":
    main()
