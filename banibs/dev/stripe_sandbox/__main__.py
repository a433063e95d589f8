"""`python -m banibs.dev.stripe_sandbox --port P`: the local Stripe alone."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from banibs.dev.stripe_sandbox.server import PortTaken, serve


def _folder() -> Path:
    """With the rest of what a laptop keeps, where that is named, else a temporary folder."""
    home = os.environ.get("BANIBS_HOME")
    return (
        Path(home) / "run" / "stripe" if home else Path(tempfile.gettempdir()) / f"local-stripe-{os.getuid()}"
    )


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="stripe_sandbox", description="BANIBS's local Stripe: for development and tests"
    )
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--data", type=Path, default=Path("stripe-sandbox"), help="the folder of its state file"
    )
    parser.add_argument("--app-url", help="an address that is told, by POST, when the clock is moved")
    given = parser.parse_args()
    try:
        serve(host=given.host, port=given.port, folder=given.data.resolve(), app_url=given.app_url)
    except (PortTaken, PermissionError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
