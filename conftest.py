"""Starts the engines before Django reads its settings; fixtures stand in tests/conftest.py."""

import os

import django
import pytest

from tests import environment

environment.prepare()
django.setup()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Lets parallel workers read their own settings: pytest-django would read them before `prepare` had run."""
    if session.config.pluginmanager.hasplugin("dsession"):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    """Stops what this session started."""
    environment.release()
