"""Intake of Stripe's events: 200 a second for ten seconds, one INSERT each, 99 of 100 within 100 ms (docs "Speed", 11).

The sender is plain threads with kept connections on the same two cores as the server, so the figure is the whole
machine's. Prints what it measured.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid

import pytest
import requests
from django.conf import settings

from payments.models import WebhookLog
from tests.servers import Servers
from tests.stripe import signed

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
A_SECOND, SENDERS = 200, 8
SECONDS = int(os.environ.get("BANIBS_BENCH_SECONDS", "10"))


def body(n: int) -> bytes:
    """An event of the size of a real one, of a type that we do not listen to: the intake is measured, not the work."""
    thing = {
        "id": f"pi_{n}",
        "object": "payment_intent",
        "metadata": {f"key{i}": "x" * 60 for i in range(30)},
    }
    told = {"id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": "plan.created", "livemode": False}
    return json.dumps({**told, "data": {"object": thing}}).encode()


class Sender(threading.Thread):
    """Sends its share at an even pace, whatever the answers take: a slow server makes it late, and that counts."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__()
        self.url = url
        self.number = number
        self.times: list[float] = []
        self.wrong = 0

    def run(self) -> None:
        pace = SENDERS / A_SECOND
        with requests.Session() as session:
            begin = time.perf_counter() + 0.5 + self.number * pace / SENDERS
            for n in range(A_SECOND * SECONDS // SENDERS):
                due = begin + n * pace
                time.sleep(max(0.0, due - time.perf_counter()))
                told = body(n)
                headers = {"Stripe-Signature": signed(told), "Content-Type": "application/json"}
                answer = session.post(self.url, data=told, headers=headers, timeout=30)
                self.times.append(time.perf_counter() - due)
                self.wrong += answer.status_code != 200


def test_intake_keeps_up_with_200_events_a_second(live: Servers) -> None:
    url = f"{live.url}/stripe/webhook/{settings.STRIPE_WEBHOOK_UUID}/"
    senders = [Sender(url, number) for number in range(SENDERS)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.perf_counter() - began - 0.5
    times = sorted(one for sender in senders for one in sender.times)
    rate, slowest = len(times) / took, times[int(len(times) * 0.99)] * 1000
    print(f"\nwebhook intake: {rate:.0f}/s, p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {slowest:.0f} ms")
    assert sum(sender.wrong for sender in senders) == 0
    assert WebhookLog.objects.count() == A_SECOND * SECONDS
    assert rate >= A_SECOND * 0.98
    assert slowest <= 100
