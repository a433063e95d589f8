"""Settles the environment before Django reads its settings; fixtures stand in tests/conftest.py."""

import os

import django
import pytest
from hypothesis import HealthCheck, settings

from tests import environment

environment.prepare()
django.setup()

# How fast a shared machine makes examples says nothing of what is tested.
settings.register_profile(
    "banibs", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("banibs")

# Who speaks with Stripe is about money, and a race that is lost once in two must fail: no second try.
MONEY_FIXTURES = {"live_cards", "local_stripe", "paypal", "wise"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--retry-browser` is for a machine that is shared and stalls now and then, such as CI's."""
    parser.addoption("--retry-browser", action="store_true", help="try a failed browser test once more")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Starts the engines before parallel workers, and lets those read their own settings.

    pytest-django would read them before `prepare` had run there.
    """
    if session.config.pluginmanager.hasplugin("dsession"):
        environment.start()
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long and binary cases are numbered: their content may hold the time of day, and workers compare names."""
    long = isinstance(val, bytes) or (isinstance(val, str) and len(val) > 100)
    return argname if long else None


@pytest.hookimpl(tryfirst=True)  # before `-m browser` selects
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what drives a browser as `browser`, and with `--retry-browser` lets most of it have a second try."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" not in fixtures:
            continue
        item.add_marker(pytest.mark.browser)
        about_money = fixtures & MONEY_FIXTURES or item.get_closest_marker("once")
        if config.getoption("--retry-browser") and not about_money and not item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))


def pytest_unconfigure() -> None:
    """Stops what this session started."""
    environment.release()
