"""After too many tries the pages of accounts say how long they wait: in words, and in Retry-After."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from banibs.users.accounts import rate_limit_wait
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_tried() -> None:
    cache.clear()


def refused(client: Client, path: str, form: dict[str, str], *, after: int) -> Any:
    """The answer to the first try too many."""
    for _ in range(after):
        assert client.post(path, form).status_code != 429
    answer = client.post(path, form)
    assert answer.status_code == 429
    return answer


def test_one_address_that_forgets_its_password_too_often_waits_an_hour(client: Client) -> None:
    people.amara()
    path, form = "/accounts/password/reset/", {"email": "Amara@example.com"}
    answer = refused(client, path, form, after=5)
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert "You can try again in 60 minutes." in answer.content.decode()
    assert client.post(path, {"email": "kofi@example.com"}).status_code == 302  # others do not wait


def test_the_wait_shrinks_as_time_goes_by(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path, form = "/accounts/password/reset/", {"email": "amara@example.com"}
    refused(client, path, form, after=5)
    later = time.time() + 3550
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post(path, form)
    assert answer.status_code == 429
    seconds = int(answer.headers["Retry-After"])
    assert 40 <= seconds <= 50
    assert f"You can try again in {seconds} seconds." in answer.content.decode()


def test_a_signed_in_person_waits_by_their_own_count(client: Client) -> None:
    client.force_login(people.amara())
    wrong = {"oldpassword": "x", "password1": "y", "password2": "y"}
    answer = refused(client, "/accounts/password/change/", wrong, after=10)
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    assert "You can try again in 15 minutes." in answer.content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (3600, "60 minutes")],
)
def test_seconds_are_said_as_a_person_would(seconds: int, words: str) -> None:
    assert rate_limit_wait.as_text(seconds) == words
