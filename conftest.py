"""Starts the engines before Django reads its settings; fixtures stand in tests/conftest.py."""

import django

from tests import environment

environment.prepare()
django.setup()


def pytest_unconfigure() -> None:
    """Stops what this session started."""
    environment.release()
