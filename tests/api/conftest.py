"""A client that speaks JSON with somebody's key."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from banibs.api.throttles import PerAddress, PerPerson
from banibs.developers import keys
from banibs.users.models import User


@pytest.fixture
def as_person() -> Callable[..., APIClient]:
    """`as_person(user, "orders:read")`: a client with a key of these scopes; `*` when none is named."""

    def client(user: User, *scopes: str) -> APIClient:
        _, text = keys.create(user, name="test", scopes=scopes or ("*",))
        caller = APIClient()
        caller.default_format = "json"
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return caller

    return client


@pytest.fixture
def stranger() -> APIClient:
    """Somebody without a key."""
    return APIClient()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit on how many requests are taken, for tests that send hundreds."""
    for throttle in (PerPerson, PerAddress):
        monkeypatch.setattr(throttle, "rate", "1000000/min", raising=False)
