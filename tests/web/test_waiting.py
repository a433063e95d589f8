"""Nobody waits long for a row that another holds: 503 `busy_try_again`, nothing written, and the same key goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import requests
from django.db import OperationalError, connection, transaction
from django.test import Client
from psycopg.errors import LockNotAvailable, QueryCanceled

from banibs.core import audit, policy
from banibs.core.db import db_retry
from banibs.core.models import IdempotencyKey
from banibs.developers import keys
from marketplace.models import CartItem, Checkout, Variant
from tests import environment
from tests import market as scene
from tests.servers import ROOT, Servers
from tests.visitor import Visitor

SUM = "Others are changing the same thing just now"


@contextmanager
def held(variant: Variant) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Somebody else holds the shelf of this variant, and does not let go."""
    with psycopg.connect(environment.url_of(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT 1 FROM marketplace_variant WHERE id = %s FOR UPDATE", [variant.pk])
        yield other
        other.rollback()


def state(market: scene.Market) -> tuple[object, ...]:
    return (
        Checkout.objects.count(),
        IdempotencyKey.objects.count(),
        CartItem.objects.filter(cart__user=market.amara).count(),
        Variant.objects.get(pk=market.basket.pk).stock,
        market.wallet(),
    )


def buys_by_program(live: Servers, market: scene.Market, token: str, key: str) -> requests.Response:
    address = market.amara.addresses.get().pk
    return requests.post(
        f"{live.url}/api/v1/checkouts/",
        json={"address": address, "payment_method": "wallet"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
        timeout=60,
    )


def test_a_program_is_told_to_try_again_and_its_key_then_buys_once(live: Servers) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    _row, token = keys.create(market.amara, name="till", scopes=("*",))
    before, key = state(market), uuid.uuid4().hex
    with held(market.basket):
        answer = buys_by_program(live, market, token, key)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "busy_try_again"
    assert answer.headers["Retry-After"] == str(policy.BUSY_RETRY_SECONDS)
    assert state(market) == before

    assert buys_by_program(live, market, token, key).status_code == 201
    again = buys_by_program(live, market, token, key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Checkout.objects.count() == 1
    assert [one.check.name for one in audit.run(audit.checks()) if not one.holds] == []


def test_a_person_sees_a_finished_page_and_presses_the_same_button_again(live: Servers) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    amara = Visitor(live)
    amara.sign_in(market.amara)
    before = state(market)
    form = amara.get("/checkout/payment/")
    fields = {
        "address": str(market.amara.addresses.get().pk),
        "method": "wallet",
        "expected_total": "",
        "key": uuid.uuid4().hex,
    }
    for name in ("key", "expected_total", "address"):
        found = form.text.split(f'name="{name}" value="')
        if len(found) > 1:
            fields[name] = found[1].split('"')[0]
    with held(market.basket):
        page = amara.answer(form, **fields)
    assert page.status_code == 503
    assert SUM in page.text
    assert 'class="logo"' in page.text
    assert page.headers["Retry-After"] == str(policy.BUSY_RETRY_SECONDS)
    assert state(market) == before

    assert "/checkout/done/" in amara.answer(form, **fields).url
    assert Checkout.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("ended", [LockNotAvailable, QueryCanceled])
def test_a_look_that_waits_too_long_is_busy_too(ended: type[psycopg.Error]) -> None:
    """Outside the retries: an ordinary page or answer."""

    def late(*_: object) -> None:
        raise OperationalError("canceling statement") from ended("canceling statement")

    visitor = Client(raise_request_exception=False)
    with connection.execute_wrapper(late):
        page, answer = visitor.get("/browse/"), visitor.get("/api/v1/products/")
    assert (page.status_code, answer.status_code) == (503, 503)
    assert SUM in page.text
    assert answer.json()["error"]["code"] == "busy_try_again"
    assert page.headers["Retry-After"] == answer.headers["Retry-After"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
def test_what_waited_in_vain_is_not_done_again(limit: str) -> None:
    market, tries = scene.opened(wallet=0), []

    def work() -> None:
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL {limit} = '50ms'")
            Variant.objects.filter(pk=market.basket.pk).update(stock=0)

    before = Variant.objects.get(pk=market.basket.pk).stock
    with held(market.basket), pytest.raises(db_retry.Busy):
        db_retry.atomic_retry(work)
    assert len(tries) == 1
    assert Variant.objects.get(pk=market.basket.pk).stock == before


WAITS = """
import sys
if sys.argv[1] == "web":
    import banibs.wsgi
else:
    sys.argv = [sys.argv[1]]
    import django
    django.setup()
from django.conf import settings
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
    print(settings.PROCESS, *cursor.fetchone())
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("started", "seen"),
    [
        ("web", "web 3s 15s"),
        ("/usr/bin/celery", "worker 30s 5min"),
        ("/site-packages/celery/__main__.py", "worker 30s 5min"),
        ("manage.py", "command 0 0"),
    ],
)
def test_each_kind_of_process_opens_its_connections_with_its_limits(started: str, seen: str) -> None:
    environ = {
        **os.environ,
        "DATABASE_URL": environment.url_of("postgres"),
        "DJANGO_SETTINGS_MODULE": "banibs.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", WAITS, started],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == seen


@pytest.mark.django_db
def test_behind_a_pooler_the_limits_are_left_to_it() -> None:
    environ = {
        **os.environ,
        "DATABASE_URL": environment.url_of("postgres"),
        "DATABASE_LIMITS": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", WAITS, "web"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "web 0 0"
