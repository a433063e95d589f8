"""Lists by cursor, newest first."""

import uuid
from typing import Any

import pytest
import stripe


@pytest.fixture
def buyer(api: Any) -> tuple[Any, str, list[str]]:
    """A customer with seven payment intents, newest first."""
    customer = api.customers.create({"email": f"{uuid.uuid4()}@example.com"}).id
    made = [
        api.payment_intents.create({"amount": 100 + n, "currency": "usd", "customer": customer}).id
        for n in range(7)
    ]
    return api, customer, made[::-1]


def test_pages_follow_each_other_both_ways(buyer: tuple[Any, str, list[str]]) -> None:
    api, customer, ids = buyer
    first = api.payment_intents.list({"customer": customer, "limit": 3})
    assert ([one.id for one in first.data], first.has_more) == (ids[:3], True)
    second = api.payment_intents.list({"customer": customer, "limit": 3, "starting_after": ids[2]})
    assert ([one.id for one in second.data], second.has_more) == (ids[3:6], True)
    last = api.payment_intents.list({"customer": customer, "limit": 3, "starting_after": ids[5]})
    assert ([one.id for one in last.data], last.has_more) == (ids[6:], False)
    back = api.payment_intents.list({"customer": customer, "limit": 3, "ending_before": ids[5]})
    assert ([one.id for one in back.data], back.has_more) == (ids[2:5], True)


def test_the_sdk_walks_them_all(buyer: tuple[Any, str, list[str]]) -> None:
    api, customer, ids = buyer
    walked = api.payment_intents.list({"customer": customer, "limit": 2}).auto_paging_iter()
    assert [one.id for one in walked] == ids


def test_bounds_of_time_and_wrong_cursors(buyer: tuple[Any, str, list[str]]) -> None:
    api, customer, ids = buyer
    born = api.payment_intents.retrieve(ids[-1]).created
    assert len(api.payment_intents.list({"customer": customer, "created": {"gte": born}}).data) == 7
    assert api.payment_intents.list({"customer": customer, "created": {"lt": born}}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.list({"starting_after": "pi_nothing"})
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.list({"limit": 101})


def test_expansion_reaches_into_a_list(api: Any) -> None:
    customer = api.customers.create({}).id
    api.payment_intents.create({"amount": 500, "currency": "usd", "customer": customer})
    found = api.payment_intents.list({"customer": customer, "expand": ["data.customer"]})
    assert found.data[0].customer.id == customer
