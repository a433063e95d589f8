"""The door for Stripe's events: what is not Stripe's leaves nothing behind, what is Stripe's leaves one row."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from payments import policy as payments_policy
from payments import tasks
from payments.models import WebhookLog
from payments.webhooks import process
from tests import market as scene
from tests.concurrency import at_once
from tests.stripe import knock, signed, tell

pytestmark = pytest.mark.django_db


def event(**more: Any) -> dict[str, Any]:
    """An event about something that we do not listen to."""
    told = {"id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": "plan.created", "livemode": False}
    return {**told, "data": {"object": {"id": "plan_1", "object": "plan"}}, **more}


def body(**more: Any) -> bytes:
    return json.dumps(event(**more)).encode()


def test_a_signed_event_is_one_row_and_one_statement() -> None:
    told = body()
    knock(told)
    with CaptureQueriesContext(connection) as statements:
        assert knock(told).status_code == 200
    assert [one["sql"].split()[0] for one in statements.captured_queries] == ["INSERT"]
    assert WebhookLog.objects.get().deliveries == 2


@pytest.mark.parametrize(
    "header",
    [
        "",
        "v1=00",
        "t=now,v1=00",
        f"t={int(time.time())},v1={'0' * 64}",
        "t=٣,v1=00",
        f"t={10**30},v1=00",
        f"t={'9' * 310},v1=00",
        f"t={int(time.time())},v1=é",
        f"t={int(time.time())},v1",
    ],
    ids=[
        "none",
        "no time",
        "no number",
        "zeros",
        "foreign digits",
        "far away",
        "beyond a float",
        "foreign letters",
        "no signature",
    ],
)
def test_a_forged_event_stores_nothing(header: str) -> None:
    answer = knock(body(), header=header)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_signature")
    assert not WebhookLog.objects.exists()


def test_another_endpoints_secret_a_stale_and_a_future_signature_are_refused() -> None:
    told = body()
    for header in (
        signed(told, secret=settings.STRIPE_CONNECT_WEBHOOK_SECRET),
        signed(told, at=int(time.time()) - 400),
        signed(told, at=int(time.time()) + 400),
        signed(body()),
    ):
        assert knock(told, header=header).status_code == 400
    assert not WebhookLog.objects.exists()


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        (b"x" * (256 * 1024 + 1), 413, "too_large"),
        (b"\xff\xfe", 400, "invalid_signature"),
        (b"not json", 400, "invalid_event"),
        (b"[]", 400, "invalid_event"),
        (b"null", 400, "invalid_event"),
        (b"{}", 400, "invalid_event"),
        (b'{"a":1,"a":2}', 400, "invalid_event"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "invalid_event"),
        (body(type="a\u0000b"), 400, "invalid_event"),
        (body(id=7), 400, "invalid_event"),
        (body(id=""), 400, "invalid_event"),
        (body(id="e" * 300), 400, "invalid_event"),
        (body(data=[]), 400, "invalid_event"),
        (body(account=5), 400, "invalid_event"),
        (json.dumps(event()).replace("plan_1", "x\x00y").encode(), 400, "invalid_event"),
    ],
    ids=[
        "too large",
        "no text",
        "no JSON",
        "a list",
        "null",
        "empty",
        "a name twice",
        "deep",
        "NUL in its type",
        "a number for an id",
        "no id",
        "a long id",
        "a list for data",
        "a number for an account",
        "NUL in its object",
    ],
)
def test_what_is_no_event_is_refused_in_words(told: bytes, status: int, code: str) -> None:
    answer = knock(told)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not WebhookLog.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e400000", '"\n"'])
def test_what_only_looks_like_json_is_refused_too(value: str) -> None:
    told = json.dumps(event(data={"object": {"id": "plan_1", "n": "HERE"}})).replace('"HERE"', value)
    answer = knock(told.encode())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_event")
    assert not WebhookLog.objects.exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[" * 58, "[" * 58),
        ("[{" * 2_000, "[{" * 2_000),
        (r"\u0000", "\ufffd"),
        (r"\ud800", "\ufffd"),
        (r"\udc00\ud83d", "\ufffd\ufffd"),
        (r"\ud83d\ude00", "\N{GRINNING FACE}"),
        (r"\\u0000", r"\u0000"),
        (r"\\\u0000\\ud800", "\\\ufffd\\ud800"),
        ('"name": null, ', '"name": null, '),
    ],
)
def test_whatever_a_buyer_calls_himself_his_event_is_stored(written: str, kept: str) -> None:
    """Brackets, NUL, half a character, and what only looks like one of them."""
    told = event(data={"object": {"id": "plan_1", "billing_details": {"name": "HERE"}}})
    text = json.dumps(written)[1:-1] if "\\" not in written else written
    assert knock(json.dumps(told).replace("HERE", text).encode()).status_code == 200
    row = WebhookLog.objects.get()
    assert row.payload["data"]["object"]["billing_details"]["name"] == kept


def test_half_a_character_in_its_name_is_refused() -> None:
    answer = knock(json.dumps(event()).replace("plan.created", r"plan.\ud800").encode())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_event")


def test_an_address_that_is_not_ours_is_not_found() -> None:
    assert knock(body(), endpoint=uuid.uuid4()).status_code == 404


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"livemode": True}, "livemode does not match our key"),
        ({"account": "acct_stranger"}, "an account that we do not know: acct_stranger"),
        ({}, "no handler for plan.created"),
    ],
)
def test_what_is_not_for_us_is_kept_with_the_reason(more: dict[str, Any], reason: str) -> None:
    row = tell(event(**more))
    assert (row.status, row.reason) == ("ignored", reason)


def test_a_poisoned_event_is_tried_ten_times_with_longer_waits_then_given_up(settings: Any) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    row = tell(
        event(type="payment_intent.succeeded", data={"object": {"id": "pi_1", "object": "payment_intent"}})
    )
    waits = []
    while row.status != "dead":
        assert row.status == "failed"
        assert "Traceback" in row.error
        waits.append(round((row.next_retry_at - row.last_retry_at).total_seconds() / 60))
        process.process_event(row.pk)
        row.refresh_from_db()
    assert waits == [2**n for n in range(1, 11)]
    assert process.due_events() == []
    assert process.resend([row.pk]) == 1
    assert process.due_events() == [row.pk]


@pytest.mark.django_db(transaction=True)
def test_the_same_event_at_once_is_one_row() -> None:
    told = body()

    def once(_: int) -> int:
        try:
            status: int = knock(told).status_code
            return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(once, range(24))) == {200}
    assert WebhookLog.objects.get().deliveries == 24


@contextmanager
def cursed(event_id: str) -> Iterator[None]:
    """The database refuses to note anything about this event: a fault that nobody has thought of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION cursed() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'cursed' USING ERRCODE = '22000'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER cursed BEFORE UPDATE OF status ON payments_webhooklog FOR EACH ROW "
            f"WHEN (NEW.external_id = '{event_id}') EXECUTE FUNCTION cursed()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION cursed() CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("work", [tasks.process_webhooks, tasks.retry_webhooks])
def test_one_event_that_breaks_the_work_keeps_no_other_waiting(work: Callable[[], int]) -> None:
    for _ in range(3):
        assert knock(body()).status_code == 200
    first = WebhookLog.objects.order_by("pk")[0]
    with cursed(first.external_id):
        assert work() == 2
    assert WebhookLog.objects.filter(status="ignored").count() == 2
    assert process.due_events() == []  # it is claimed for two minutes: no task runs hot on it
    scene.forward(minutes=3)
    assert work() == 1
    assert not WebhookLog.objects.exclude(status="ignored").exists()


@pytest.mark.django_db(transaction=True)
def test_old_failures_that_come_due_together_keep_no_news_waiting() -> None:
    gone = {"object": {"id": "pi_1", "object": "payment_intent"}}
    for _ in range(payments_policy.WEBHOOKS_AT_ONCE + 5):
        knock(body(type="payment_intent.succeeded", data=gone))
    knock(body())
    for _round in range(3):  # nobody answers at Stripe's address: each fails, and makes room
        tasks.process_webhooks()
    assert (
        WebhookLog.objects.filter(status="failed", retry_count=1).count()
        == payments_policy.WEBHOOKS_AT_ONCE + 5
    )
    assert WebhookLog.objects.filter(status="ignored").count() == 1
    assert process.due_events() == []


@contextmanager
def counted() -> Iterator[Callable[[], dict[int, int]]]:
    """How often each event's state was written."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE worked (id bigint)")
        cursor.execute(
            "CREATE FUNCTION worked() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO worked VALUES (NEW.id); RETURN NULL; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER worked AFTER UPDATE OF status ON payments_webhooklog FOR EACH ROW "
            "EXECUTE FUNCTION worked()"
        )

    def count() -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, count(*) FROM worked GROUP BY id")
            return dict(cursor.fetchall())

    try:
        yield count
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION worked() CASCADE; DROP TABLE worked")


def three_workers(events: int) -> dict[int, int]:
    """So many events, and three workers that are woken for them at once, again and again."""
    for _ in range(events):
        knock(body())
    with counted() as count:
        for _round in range(events // payments_policy.WEBHOOKS_AT_ONCE + 1):
            assert [one for one in at_once([tasks.process_webhooks] * 3) if isinstance(one, Exception)] == []
        return count()


@pytest.mark.django_db(transaction=True)
def test_three_workers_share_a_crowd_and_each_event_is_worked_on_once() -> None:
    worked = three_workers(3 * payments_policy.WEBHOOKS_AT_ONCE)
    assert len(worked) == 3 * payments_policy.WEBHOOKS_AT_ONCE
    assert set(worked.values()) == {1}
    assert not WebhookLog.objects.exclude(status="ignored").exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_would_do_it_over_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_claim", lambda log_id: WebhookLog.objects.get(pk=log_id))
    monkeypatch.setattr(process, "TO_DO", tuple(WebhookLog.Status.values))
    assert max(three_workers(payments_policy.WEBHOOKS_AT_ONCE).values()) > 1
