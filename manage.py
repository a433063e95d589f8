#!/usr/bin/env python
"""Django's command line for BANIBS.

Without DATABASE_URL in the environment a command works on this checkout's own data: beside `make run` with its
engines, else with engines started for this one command.
"""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
    from django.core.management import execute_from_command_line

    from banibs.dev import borrowed

    with borrowed.engines(sys.argv[1:]):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
