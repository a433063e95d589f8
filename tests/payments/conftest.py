"""Fixtures of payments: the local Stripe, empty at the start of each test."""

from collections.abc import Iterator

import pytest
import stripe
from pytest_django import Settings

from tests import environment
from tests.stripe import LocalStripe


@pytest.fixture(scope="session")
def stripe_process() -> Iterator[LocalStripe]:
    """One local Stripe for the session."""
    started = LocalStripe(environment.folder() / f"worker-{environment.worker()}")
    yield started
    started.stop()


@pytest.fixture
def local_stripe(
    stripe_process: LocalStripe, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> LocalStripe:
    """It, forgetting what other tests did; the application is pointed at it."""
    stripe_process.fresh()
    settings.STRIPE_API_HOST = stripe_process.url
    monkeypatch.setattr(
        stripe, "api_base", stripe_process.url
    )  # dj-stripe read the setting when it was loaded
    return stripe_process
