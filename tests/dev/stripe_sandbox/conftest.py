"""The target of the contract: the local Stripe, or Stripe's own test mode when STRIPE_CONTRACT_KEY is set.

contract/            what both must do, driven with the real SDK alone
test_hosted_*.py     needs a person, or a browser, on hosted pages: local only
connect/, test_local_*.py   need the controls (clock, faults, spoilt webhooks): local only
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dev.stripe_sandbox.connect import sellers
from tests.dev.stripe_sandbox.local import LocalStripe, Receiver, sdk

CONTRACT_KEY = os.environ.get("STRIPE_CONTRACT_KEY", "")
collect_ignore_glob = ["test_hosted_*.py", "test_local_*.py", "connect"] if CONTRACT_KEY else []


@pytest.fixture(scope="session")
def local_stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    """One process for all tests."""
    started = LocalStripe(tmp_path_factory.mktemp("stripe"))
    yield started
    started.stop()


@pytest.fixture
def local(local_stripe: LocalStripe) -> Iterator[LocalStripe]:
    """The process as if it were new: no objects, no faults, real time. Refunds are paid whatever is there: Stripe
    may take what is missing from the bank account.
    """
    local_stripe.control("reset")
    local_stripe.control("settings", refunds_below_zero=10**9)
    yield local_stripe
    local_stripe.control("reset")


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Any:
    """The SDK's client for whatever is the target."""
    if CONTRACT_KEY:
        assert CONTRACT_KEY.startswith(("sk_test_", "rk_test_")), "the contract is never run with a live key"
        return sdk(CONTRACT_KEY)
    return request.getfixturevalue("local").client


@pytest.fixture
def seller(request: pytest.FixtureRequest, api: Any) -> str:
    """An American account that can be sent money and is paid out when we say so."""
    if CONTRACT_KEY:
        return sellers.contract_account(api)
    return sellers.ready(request.getfixturevalue("local"), country="US")


@pytest.fixture
def other_key_api(request: pytest.FixtureRequest) -> Any:
    """A client whose key is nobody's."""
    return sdk(
        "sk_test_nobody0000000000000000", None if CONTRACT_KEY else request.getfixturevalue("local").url
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks arrive."""
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def own(local: LocalStripe, tmp_path: Path) -> Iterator[LocalStripe]:
    """A process of the test's own, to be killed and started again."""
    started = LocalStripe(tmp_path / "own")
    yield started
    if started.process.poll() is None:
        started.stop()
