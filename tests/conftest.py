"""Fixtures of every test: a database that is put back as it was, and an empty Redis.

What a single kind of test needs is imported by its fixture: the arithmetic of money waits for no browser.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase

from banibs.core.jobs import task_wakeup
from banibs.dev.home import CHECKOUT
from tests import database, environment, screens

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import Settings

    from banibs.users.models import User
    from marketplace.models import Seller
    from tests.payouts.local_providers import LocalProvider
    from tests.servers import Servers
    from tests.stripe import LocalStripe

# Playwright keeps an event loop running in this thread. Django would then give the thread another connection than
# the one on which a test's transaction was opened; here a thread has one, loop or no loop.
connections._connections = threading.local()


class QuickHasher(PBKDF2PasswordHasher):
    """For people whom tests make by the hundred; the servers check it like any other hash."""

    iterations = 1


UNHEARD = Celery("unheard", broker=settings.CELERY_BROKER_URL, set_as_current=False)
UNHEARD.conf.task_default_queue = "unheard"
settings.PASSWORD_HASHERS = ["tests.conftest.QuickHasher", *settings.PASSWORD_HASHERS]


def _restore(self: TransactionTestCase) -> None:
    database.restore()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copies the migrated template instead of migrating for each worker. Starts the engines."""
    environment.start()
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = database.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.Class) -> None:
    """Notes what the migrations left, and makes Django's own flush put that back."""
    with django_db_blocker.unblock():
        database.remember()
    TransactionTestCase._fixture_teardown = _restore


@pytest.fixture(autouse=True)
def nobody_else_works(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker of the running servers hears of the rows of those tests alone that asked for it."""
    if "servers" not in request.fixturenames:
        monkeypatch.setattr(task_wakeup, "current_app", UNHEARD)


@pytest.fixture(autouse=True)
def empty_redis() -> Iterator[None]:
    """No test sees another's sessions, throttles, locks or queued jobs."""
    yield
    if environment.running():
        cache.clear()


@pytest.fixture
def amara(db: None) -> User:
    """The buyer."""
    from tests import people

    return people.amara()


@pytest.fixture
def kofi(db: None) -> Seller:
    """A seller's shop; `kofi.user` is the person."""
    from tests import people

    return people.kofi()


@pytest.fixture
def zuri(db: None) -> Seller:
    """Another seller's shop."""
    from tests import people

    return people.zuri()


@pytest.fixture
def ike(db: None) -> User:
    """Staff."""
    from tests import people

    return people.ike()


@pytest.fixture(scope="session")
def stripe_process() -> Iterator[LocalStripe]:
    """One local Stripe for the session."""
    from tests.stripe import LocalStripe

    started = LocalStripe(environment.folder() / f"worker-{environment.worker()}")
    yield started
    started.stop()


@pytest.fixture
def local_stripe(
    stripe_process: LocalStripe, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> LocalStripe:
    """It, forgetting what other tests did; the application is pointed at it."""
    import stripe

    stripe_process.fresh()
    settings.STRIPE_API_HOST = stripe_process.url
    monkeypatch.setattr(
        stripe, "api_base", stripe_process.url
    )  # dj-stripe read the setting when it was loaded
    return stripe_process


@pytest.fixture(scope="session")
def paypal_process() -> Iterator[LocalProvider]:
    """One local PayPal for the session."""
    from tests.payouts.local_providers import local_paypal

    started = local_paypal(environment.folder() / f"worker-{environment.worker()}")
    yield started
    started.stop()


@pytest.fixture
def paypal(paypal_process: LocalProvider, settings: Settings) -> LocalProvider:
    """It, forgetting what other tests did; the application is pointed at it."""
    from payouts.gateways.paypal import client
    from tests.payouts.local_providers import PAYPAL

    paypal_process.fresh()
    client.forget_token()
    for name, value in {**PAYPAL, "PAYPAL_API_HOST": paypal_process.url}.items():
        setattr(settings, name, value)
    return paypal_process


@pytest.fixture(scope="session")
def wise_process() -> Iterator[LocalProvider]:
    """One local Wise for the session."""
    from tests.payouts.local_providers import local_wise

    started = local_wise(environment.folder() / f"worker-{environment.worker()}")
    yield started
    started.stop()


@pytest.fixture
def wise(wise_process: LocalProvider, settings: Settings) -> LocalProvider:
    """It, forgetting what other tests did; the application is pointed at it."""
    from tests.payouts.local_providers import WISE

    wise_process.fresh()
    key = wise_process.control("public_key/")
    for name, value in {**WISE, "WISE_API_HOST": wise_process.url, "WISE_WEBHOOK_PUBLIC_KEY": key}.items():
        setattr(settings, name, value)
    return wise_process


@pytest.fixture(scope="session")
def servers(
    django_db_setup: None, django_db_blocker: pytest.Class, stripe_process: LocalStripe
) -> Iterator[Servers]:
    """gunicorn and a Celery worker that speak with the local Stripe, once per session."""
    from tests.servers import Servers

    with django_db_blocker.unblock():
        started = Servers(STRIPE_API_HOST=stripe_process.url)
    yield started
    started.stop()


@pytest.fixture
def live_cards(live: Servers, local_stripe: LocalStripe) -> Servers:
    """The running servers, and the local Stripe telling them its events."""
    local_stripe.tells(live.url)
    return live


@pytest.fixture
def live(transactional_db: None, servers: Servers) -> Servers:
    """The running servers, on a database and a mailbox that this test has for itself. `live.url` is their address."""
    from banibs.dev import mailbox

    for one in mailbox.place().glob(
        "*.eml"
    ):  # a full one drops an old email for each new one: none is one more
        one.unlink(missing_ok=True)
    return servers


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, once per session; installed first where it is missing and that is allowed."""
    from playwright.sync_api import sync_playwright

    from banibs.dev.chromium import chromium

    subprocess.run([CHECKOUT / ".ci" / "system", "browser"], check=True, stdin=subprocess.DEVNULL)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield started
        started.close()


@pytest.fixture
def page(live: Servers, browser: Browser) -> Iterator[Page]:
    """A light page, 1440 px wide."""
    with screens.screen(browser, live, screens.Look("light", 1440)) as opened:
        yield opened


@pytest.fixture(params=screens.LOOKS, ids=str)
def each_look(request: pytest.FixtureRequest, live: Servers, browser: Browser) -> Iterator[Page]:
    """The test four times: light and dark, 390 and 1440 px."""
    with screens.screen(browser, live, request.param) as opened:
        yield opened
