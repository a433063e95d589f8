"""The client of Stripe, its time limits, and its errors as outcomes.

Every call has a time limit and three outcomes: it returns (done), raises `Refused` (Stripe said no, in a person's
words) or raises `Unknown` (nobody knows: ask again with the same key, or read). A call that makes something carries an
idempotency key derived from our row; the library repeats it only with that key. Nothing in this folder's calls touches
the database, so no transaction is ever open across the network. Objects come back as plain data.
Source: Stripe's API reference, version STRIPE_API_VERSION.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import stripe
import structlog
from django.conf import settings

from banibs.core import outside_calls
from banibs.core import policy as core_policy
from payments import policy
from payments.gateways import outcomes
from payments.gateways.stripe.declines import decline_text, refusal_text
from payments.gateways.stripe.stripe_data import StripeData, id_of, part

log = structlog.get_logger(__name__)
_SILENCE = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)


@functools.lru_cache(maxsize=4)
def _client(key: str, host: str, version: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=version,
        base_addresses={"api": host, "files": host} if host else {},
        max_network_retries=0 if _at_the_screen() else policy.STRIPE_MOST_RETRIES,
        http_client=stripe.RequestsClient(timeout=_patience()),
    )


def _at_the_screen() -> bool:
    """Whether a person waits for the answer: then Stripe is asked once."""
    return bool(settings.PROCESS == outside_calls.WEB)


def _patience() -> tuple[float, float]:
    """Seconds to connect, and of silence."""
    if _at_the_screen():
        return core_policy.OUTSIDE_CONNECT_SECONDS, core_policy.OUTSIDE_READ_SECONDS
    return policy.STRIPE_CONNECT_SECONDS, policy.STRIPE_READ_SECONDS


def v1() -> stripe.V1Services:
    """Stripe's API, version 1, with the key of the settings."""
    host = getattr(settings, "STRIPE_API_HOST", "")
    return _client(settings.STRIPE_SECRET_KEY, host, settings.STRIPE_API_VERSION).v1


def configured() -> bool:
    """Whether there is a key at all."""
    return bool(settings.STRIPE_SECRET_KEY)


# A refusal that only means that an object is elsewhere by now: asked by us to find that out, and read afterwards.
_STATE_CODES = ("payment_intent_unexpected_state", "charge_already_captured")


@contextmanager
def outcome() -> Iterator[None]:
    """Around one call: a place among the calls outside, and the library's errors as outcomes, with what Stripe's support
    would ask for in the log.

    Raises outcomes.Refused, outcomes.Unknown, and outcomes.Slow where Stripe was not even asked.
    """
    try:
        with outside_calls.asking("Stripe", silence=_SILENCE):
            yield
    except outside_calls.NotAsked as slow:
        raise outcomes.Slow(str(slow)) from slow
    except stripe.CardError as error:
        raise outcomes.Refused(
            _decline(error),
            decline_text(_decline(error)),
            declined=True,
            data=_intent_data(error),
            detail=str(error.user_message or error),
            request_id=error.request_id or "",
        ) from error
    except _SILENCE as error:
        raise outcomes.Unknown(str(error)) from error
    except stripe.PermissionError as error:
        if (
            error.code == "account_invalid"
        ):  # the seller's account let go of us: a plain no about this account
            raise _refused(error) from error
        raise outcomes.KeyRefused(str(error)) from error
    except stripe.AuthenticationError as error:
        raise outcomes.KeyRefused(str(error)) from error
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # in use
            raise outcomes.Unknown(str(error)) from error
        log.error("stripe.key_conflict", request=error.request_id, said=str(error))
        raise outcomes.KeyConflict(str(error)) from error
    except stripe.StripeError as error:
        if error.http_status in (409, 429) or (error.http_status or 500) >= 500:
            raise outcomes.Unknown(str(error)) from error
        raise _refused(error) from error


def _refused(error: stripe.StripeError) -> outcomes.Refused:
    code, param = error.code or "stripe_error", str(getattr(error, "param", None) or "")
    said = str(error.user_message or error)
    if code not in _STATE_CODES:
        log.warning("stripe.refused", code=code, param=param, request=error.request_id, said=said)
    return outcomes.Refused(
        code, refusal_text(code), detail=said, param=param, request_id=error.request_id or ""
    )


def _decline(error: stripe.CardError) -> str:
    detail = _detail(error)
    return str(detail.get("decline_code") or error.code or "card_declined")


def _detail(error: stripe.CardError) -> StripeData:
    body = error.json_body
    return part(body, "error") if isinstance(body, dict) else {}


def _intent_data(error: stripe.CardError) -> dict[str, str]:
    intent = _detail(error).get("payment_intent")
    return {"intent": id_of(intent)} if intent else {}
