"""One call to a provider's REST: its time limit, its place among the calls outside, and silence as an outcome.

Nothing here touches the database, so no transaction is ever open across the network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import requests
from django.conf import settings

from banibs.core import outside_calls
from banibs.core import policy as core_policy
from payments.gateways import outcomes
from payouts import policy


class _Silence(Exception):
    """No answer, or one that says nothing of what happened."""


@dataclass(frozen=True)
class Reply:
    """What was answered: a status below 500 that is not 429, and its JSON. Numbers with decimals are Decimal."""

    status: int
    data: object
    headers: Mapping[str, str]
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


def call(
    service: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Mapping[str, object] | None = None,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    keys: tuple[str, str] | None = None,
) -> Reply:
    """Asks once. Redirects are not followed: another address has no business with our keys.

    Raises outcomes.Unknown when nobody knows whether it was done, outcomes.Slow when it was not even asked.
    """
    try:
        with outside_calls.asking(service, silence=(_Silence,)):
            return _ask(method, url, dict(headers), body, form, query, keys)
    except outside_calls.NotAsked as slow:
        raise outcomes.Slow(str(slow)) from slow
    except _Silence as silent:
        raise outcomes.Unknown(f"{service}: {silent}") from silent


def _ask(
    method: str,
    url: str,
    headers: dict[str, str],
    body: Mapping[str, object] | None,
    form: Mapping[str, str] | None,
    query: Mapping[str, str] | None,
    keys: tuple[str, str] | None,
) -> Reply:
    try:
        answer = requests.request(
            method,
            url,
            headers=headers,
            json=body,
            data=form,
            params=query,
            auth=keys,
            timeout=_patience(),
            allow_redirects=False,
        )
    except requests.RequestException as problem:
        raise _Silence(type(problem).__name__) from problem
    if answer.status_code == 429 or answer.status_code >= 500:
        raise _Silence(f"{answer.status_code} {answer.text[:200]}")
    try:
        data: object = json.loads(answer.text, parse_float=Decimal) if answer.text else {}
    except ValueError:
        data = {}
        if 200 <= answer.status_code < 300 and "json" in answer.headers.get("Content-Type", ""):
            raise _Silence(f"{answer.status_code} without JSON") from None
    return Reply(answer.status_code, data, answer.headers, answer.text)


def _patience() -> tuple[float, float]:
    """Seconds to connect, and of silence: less while a person waits."""
    if settings.PROCESS == outside_calls.WEB:
        return core_policy.OUTSIDE_CONNECT_SECONDS, core_policy.OUTSIDE_READ_SECONDS
    return policy.PROVIDER_CONNECT_SECONDS, policy.PROVIDER_READ_SECONDS
