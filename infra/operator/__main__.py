"""Entry of `./contest`."""

import sys

from infra.operator.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
