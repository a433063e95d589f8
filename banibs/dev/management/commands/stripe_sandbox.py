"""`manage.py stripe_sandbox --port P`: become the local Stripe, a process of its own with settings of
its own.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Replaces this process: nothing of the application, its settings or its database is left in it."""

    help = (
        "Run the local Stripe alone: the same REST, test cards, hosted pages and "
        "signed events, for development and tests"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The same three that `python -m banibs.dev.stripe_sandbox` takes."""
        parser.add_argument("--port", default="12111")
        parser.add_argument("--data", help="the folder of its state file")
        parser.add_argument("--app-url", help="an address that is told, by POST, when the clock is moved")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand over to the sandbox's own entry point, under the same process id."""
        command = [sys.executable, "-m", "banibs.dev.stripe_sandbox", "--port", str(options["port"])]
        for name in ("data", "app_url"):
            if options[name]:
                command += [f"--{name.replace('_', '-')}", options[name]]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        root = str(Path(__file__).resolve().parents[4])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH")]))
        os.execve(sys.executable, command, environment)  # nosec B606  # our own interpreter and module
