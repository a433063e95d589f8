"""The OpenAPI document is true: schemathesis calls every operation with what it allows and with what it forbids.

No 5xx, no status that is not documented, no answer that breaks its schema. Every day a few calls of each operation,
at full size with BANIBS_SOAK=1.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from banibs.developers import keys
from banibs.wsgi import application
from marketplace.api import catalogue_serializers
from marketplace.models import CartItem, Download
from tests import market as scene
from tests import people
from tests.shopping import buys, file, tell
from tests.stripe import LocalStripe

SOAK = os.environ.get("BANIBS_SOAK") == "1"
EXAMPLES = 300 if SOAK else 6  # of what is allowed, and as many of what is not
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection", "unhurried")]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application works in the test's own transaction: a request's end does not close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _operations() -> dict[str, list[Any]]:
    """Every operation of the document, by its tag."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    found: dict[str, list[Any]] = defaultdict(list)
    for result in schema.get_all_operations():
        operation = result.ok()
        found[operation.tags[0]].append(operation)
    return dict(found)


OPERATIONS = _operations()


class World:
    """Things of Amara's and Zuri's for the addresses to name, and a key of whoever an operation is for."""

    def __init__(self) -> None:
        market = scene.opened(wallet=50_000)
        file(market.zine, limit=None)
        checkout = buys(market, (market.jar, 1), (market.zine, 1))
        tell()
        scene.put_in_cart(market.amara, (market.jar, 2))
        self.people = {"staff": people.ike(), "seller": market.zuri.user}
        self.amara = market.amara
        self.things: dict[str, Any] = {
            "cart": CartItem.objects.get().pk,
            "addresses": market.amara.addresses.get().pk,
            "checkouts": checkout.number,
            "orders": checkout.orders.get().number,
            "downloads": Download.objects.get().pk,
            "notifications": market.amara.notices.first().pk,
            "products": f"shea-butter-{market.jar.product_id}",
            "sellers": "zuri-sounds",
            "seller": market.jar.product_id,
            "developer": keys.create(market.amara, name="other", scopes=["cart:read"])[0].pk,
        }

    def headers(self, tag: str) -> dict[str, str]:
        """A key that may do everything its person may."""
        _row, text = keys.create(self.people.get(tag, self.amara), name="truth", scopes=["*"])
        return {"Authorization": f"Bearer {text}"}


def cases(operation: Any, thing: Any) -> Any:
    """Calls as the document allows them, to a thing that is there, and calls that it forbids."""
    named = {parameter.name: thing for parameter in operation.path_parameters} if thing is not None else {}
    allowed = operation.as_strategy(
        generation_mode=GenerationMode.POSITIVE, **({"path_parameters": named} if named else {})
    )
    if not list(operation.iter_parameters()) and not operation.body:
        return allowed
    return strategies.one_of(allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def called(operation: Any, world: World) -> set[int]:
    """Calls an operation many times; the statuses it answered. Raises FailureGroup where the document lies."""
    tag = operation.tags[0]
    headers, statuses = world.headers(tag), set()

    @hypothesis.settings(
        max_examples=2 * EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        print_blob=SOAK,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate] + ([hypothesis.Phase.shrink] if SOAK else []),
    )
    @hypothesis.given(case=cases(operation, world.things.get(tag)))
    def call(case: Any) -> None:
        response = case.call(headers=headers)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    call()
    return statuses


@pytest.mark.soak
@pytest.mark.parametrize("tag", sorted(OPERATIONS))
def test_the_document_is_true(tag: str, local_stripe: LocalStripe) -> None:
    world = World()
    for operation in OPERATIONS[tag]:
        statuses = called(operation, world)
        assert statuses, operation.label


def test_a_lie_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    (operation,) = OPERATIONS["regions"]
    world = World()
    assert called(operation, world) == {200}
    monkeypatch.setattr(catalogue_serializers, "region", lambda place: {"code": 7, "name": place.name})
    with pytest.raises((FailureGroup, ExceptionGroup)):
        called(operation, world)


def test_a_break_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    (operation,) = OPERATIONS["regions"]
    monkeypatch.setattr(catalogue_serializers, "region", lambda place: place.nothing)
    with pytest.raises((FailureGroup, ExceptionGroup, AttributeError)):
        called(operation, World())
