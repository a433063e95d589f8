"""What an event leads to: the provider is asked how the payout fares, and the books follow."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from payments import tasks
from payments.models import Incident, WebhookLog
from payments.webhooks import process
from payouts.models import Payout
from payouts.sending import send_payout
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.payouts.provider_events.test_door import knock
from tests.payouts.scenes import available, purse
from tests.payouts.sending import test_paypal as by_paypal
from tests.payouts.sending import test_wise as by_wise
from tests.servers import Servers, eventually

pytestmark = pytest.mark.django_db
Status = WebhookLog.Status
BY = {"paypal": by_paypal, "wise": by_wise}


def deliver(name: str, provider: LocalProvider) -> list[WebhookLog]:
    """Every event so far comes to the door, and is worked on."""
    for event in provider.events():
        assert knock(name, event["body"].encode(), event["headers"]).status_code == 200
    tasks.process_webhooks()
    return list(WebhookLog.objects.order_by("pk"))


@pytest.fixture(params=["paypal", "wise"])
def by(
    request: pytest.FixtureRequest, paypal: LocalProvider, wise: LocalProvider
) -> tuple[str, LocalProvider, Any]:
    """Each provider, and how its stories are told."""
    return request.param, {"paypal": paypal, "wise": wise}[request.param], BY[request.param]


By = tuple[str, LocalProvider, Any]


def test_an_event_pays(market: scene.Market, by: By) -> None:
    name, provider, told = by
    payout, _had = told.asked(market, provider)
    send_payout.send_payout(payout.pk)
    rows = deliver(name, provider)
    assert {row.status for row in rows} == {Status.PROCESSED}
    assert told.refreshed(payout).status == Payout.Status.PAID
    told.agrees(provider)
    deliver(name, provider)
    told.agrees(provider)


def test_an_event_tells_of_what_came_back(market: scene.Market, by: By) -> None:
    name, provider, told = by
    payout, had = told.asked(market, provider)
    send_payout.send_payout(payout.pk)
    deliver(name, provider)
    attempt = told.attempt_of(payout)
    if name == "paypal":
        provider.control(f"refund/{attempt.payout_external_id}")
    else:
        provider.control(f"bounce/{attempt.external_id}")
    deliver(name, provider)
    assert told.refreshed(payout).status == Payout.Status.RETURNED
    assert available(market.kofi) == had
    told.agrees(provider)


def test_an_event_finds_the_payout_whose_answer_was_lost(market: scene.Market, by: By) -> None:
    name, provider, told = by
    payout, _had = told.asked(market, provider)
    provider.fail_next("lose", {"paypal": "/v1/payments/payouts", "wise": "/payments"}[name], method="POST")
    send_payout.send_payout(payout.pk)
    assert told.refreshed(payout).status == Payout.Status.UNKNOWN
    deliver(name, provider)
    assert told.refreshed(payout).status == Payout.Status.PAID
    told.agrees(provider)


def test_a_silent_provider_is_asked_again_later_and_given_up_after_ten_times(
    market: scene.Market, by: By
) -> None:
    name, provider, told = by
    payout, had = told.asked(market, provider)
    send_payout.send_payout(payout.pk)
    provider.settle()
    provider.fail_next("error", "", method="GET", status=503, count=1000)
    event = provider.events()[0]
    knock(name, event["body"].encode(), event["headers"])
    row = WebhookLog.objects.get()
    assert process.process_event(row.pk) == Status.FAILED
    assert told.refreshed(payout).status == Payout.Status.IN_TRANSIT
    for _try in range(10):
        process.process_event(row.pk)
    row.refresh_from_db()
    assert row.status == Status.DEAD
    assert Incident.objects.get(kind="webhook_dead").key.endswith(row.external_id)
    assert purse(market.kofi, "in_transit") == had


def test_a_key_that_is_not_taken_is_told_to_people(market: scene.Market, wise: LocalProvider) -> None:
    payout, _had = by_wise.asked(market, wise)
    send_payout.send_payout(payout.pk)
    wise.settle()
    wise.control(f"bounce/{by_wise.attempt_of(payout).external_id}")
    wise.control("settings", {"ask_for_sca": True})
    assert Status.FAILED in {row.status for row in deliver("wise", wise)}
    assert Incident.objects.get(kind="payout_key_refused").detail.startswith("wise does not take our key")


def test_what_is_not_ours_is_ignored_with_its_reason(by: By) -> None:
    name, provider, _told = by
    provider.control("tell/", {"note": "Zuri"})
    [row] = deliver(name, provider)
    why = {"paypal": "not a payout of ours", "wise": "of another profile"}[name]
    assert (row.status, row.reason) == (Status.IGNORED, why)
    provider.control("tell/", {"note": "Zuri", "type": "SOMETHING.ELSE"})
    rows = deliver(name, provider)
    assert rows[-1].status == Status.IGNORED
    assert rows[-1].reason.startswith("not about a")


def test_the_monitor_shows_whose_event_it_is_and_no_address(
    market: scene.Market, paypal: LocalProvider, ike: Any
) -> None:
    payout, _had = by_paypal.asked(market, paypal)
    send_payout.send_payout(payout.pk)
    [first, *_rest] = deliver("paypal", paypal)
    client = Client()
    client.force_login(ike)
    page = client.get("/admin/desk/webhooks/", {"q": first.external_id}).content.decode()
    assert first.external_id in page
    assert "PayPal" in page
    shown = client.get(f"/admin/desk/webhooks/{first.pk}/").content.decode()
    assert "PayPal" in shown
    assert "kofi@example.com" not in shown


@pytest.mark.django_db(transaction=True)
def test_the_running_servers_take_events_in(live: Servers, wise: LocalProvider) -> None:
    """Without keys there: the door says so, and the local Wise tries again later."""
    wise.control("endpoint", {"url": f"{live.url}/wise/webhook/"})
    wise.control("tell/", {"note": "Zuri"})
    eventually(lambda: wise.state()["last_delivery"]["status"] == 503)
    wise.control("endpoint", {"url": ""})
