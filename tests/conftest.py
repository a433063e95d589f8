"""Fixtures of every test: a database that is put back as it was, and an empty Redis."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase

from banibs.users.models import User
from marketplace.models import Seller
from tests import database, people


def _restore(self: TransactionTestCase) -> None:
    database.restore()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copies the migrated template instead of migrating for each worker."""
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = database.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.Class) -> None:
    """Notes what the migrations left, and makes Django's own flush put that back."""
    with django_db_blocker.unblock():
        database.remember()
    TransactionTestCase._fixture_teardown = _restore


@pytest.fixture(autouse=True)
def empty_redis() -> Iterator[None]:
    """No test sees another's sessions, throttles, locks or queued jobs."""
    yield
    cache.clear()


@pytest.fixture
def amara(db: None) -> User:
    """The buyer."""
    return people.amara()


@pytest.fixture
def kofi(db: None) -> Seller:
    """A seller's shop; `kofi.user` is the person."""
    return people.kofi()


@pytest.fixture
def zuri(db: None) -> Seller:
    """Another seller's shop."""
    return people.zuri()


@pytest.fixture
def ike(db: None) -> User:
    """Staff."""
    return people.ike()
