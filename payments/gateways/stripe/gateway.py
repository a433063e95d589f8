"""The way to Stripe, and the only file that imports its library.

Every call has a time limit and three outcomes: it returns (done), raises `Refused` (Stripe said no, in a person's
words) or raises `Unknown` (nobody knows: ask again with the same key, or read). A call that makes something carries an
idempotency key derived from our row; the library repeats it only with that key. Nothing here touches the database, so
no transaction is ever open across the network. Objects come back as plain data.
Source: Stripe's API reference, version STRIPE_API_VERSION.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS = 4
READ_SECONDS = 20
MOST_SKEW_SECONDS = 300
LARGEST_PAGE = 100


class Refused(Exception):
    """Stripe refused. `message` is for the person, `code` is Stripe's (a decline's own where there is one)."""

    def __init__(
        self, code: str, message: str, *, declined: bool = False, data: Mapping[str, Any] | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.declined = declined
        self.data = dict(data or {})
        super().__init__(f"{code}: {message}")


class Unknown(Exception):
    """The call may or may not have happened. Never repeated with another key."""


class BadSignature(Exception):
    """The webhook was not signed with our secret, or not now."""


@dataclass(frozen=True)
class IntentState:
    """A payment intent as Stripe has it. Amounts are minor units, currency in capitals."""

    id: str
    status: str
    amount: int
    received: int
    currency: str
    client_secret: str
    metadata: Mapping[str, str]
    customer: str
    charge: str
    next_url: str
    error_code: str
    error_text: str
    livemode: bool


@dataclass(frozen=True)
class SessionState:
    """A Checkout session as Stripe has it."""

    id: str
    status: str
    url: str
    intent: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class FeeState:
    """What Stripe took for a charge, once its balance transaction exists."""

    balance_transaction: str
    fee: int
    currency: str
    intent: str


@dataclass(frozen=True)
class RefundState:
    """A refund as Stripe has it."""

    id: str
    status: str
    amount: int
    currency: str
    intent: str
    metadata: Mapping[str, str]
    failure: str


@dataclass(frozen=True)
class Card:
    """A saved card: what may be shown of it."""

    id: str
    brand: str
    last4: str
    expires: str
    fingerprint: str = ""  # the same for the same number, however often it was saved


@dataclass(frozen=True)
class AccountState:
    """A connected account and what it still lacks."""

    id: str
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    currently_due: tuple[str, ...]
    disabled_reason: str


@functools.lru_cache(maxsize=4)
def _client(key: str, host: str, version: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=version,
        base_addresses={"api": host, "files": host} if host else {},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
    )


def _v1() -> Any:
    host = getattr(settings, "STRIPE_API_HOST", "")
    return _client(settings.STRIPE_SECRET_KEY, host, settings.STRIPE_API_VERSION).v1


def configured() -> bool:
    """Whether there is a key at all."""
    return bool(settings.STRIPE_SECRET_KEY)


@contextmanager
def _outcome() -> Iterator[None]:
    """Turns the library's errors into Refused or Unknown."""
    try:
        yield
    except stripe.CardError as error:
        raise Refused(
            _decline(error), words(_decline(error)), declined=True, data=_intent_data(error)
        ) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise Unknown(str(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unknown(
            str(error)
        ) from error  # our key is wrong: no word on the money, so nothing may be decided
    except (
        stripe.IdempotencyError
    ) as error:  # in use, or used with other words: either way it may have happened
        raise Unknown(str(error)) from error
    except stripe.StripeError as error:
        if error.http_status in (409, 429) or (error.http_status or 500) >= 500:
            raise Unknown(str(error)) from error
        raise Refused(error.code or "stripe_error", error.user_message or str(error)) from error


def _decline(error: stripe.CardError) -> str:
    detail = _detail(error)
    return str(detail.get("decline_code") or error.code or "card_declined")


def _detail(error: stripe.CardError) -> dict[str, Any]:
    body = error.json_body
    return dict(body.get("error") or {}) if isinstance(body, dict) else {}


def _intent_data(error: stripe.CardError) -> dict[str, Any]:
    intent = _detail(error).get("payment_intent")
    return {"intent": intent["id"]} if intent else {}


def words(code: str) -> str:
    """A decline in a shopkeeper's words (codes: Stripe, "Decline codes"). Never more than the buyer may know."""
    return {
        "insufficient_funds": _("The card does not have enough money on it."),
        "expired_card": _("This card has expired."),
        "incorrect_cvc": _("The security code does not match the card."),
        "incorrect_number": _("The card number is not right."),
        "processing_error": _("The bank had a hiccup. Try again in a moment."),
        "authentication_required": _("Your bank asks you to confirm."),
        "payment_intent_authentication_failure": _("Your bank did not confirm."),
        "card_velocity_exceeded": _("The bank's limit for this card is reached."),
        "authentication_failed": _("Your bank did not confirm."),
    }.get(code, _("The bank did not say why. Your bank can tell you more."))


def _text(value: Any) -> str:
    """An id, whether the object came expanded or not."""
    if value is None:
        return ""
    return str(value if isinstance(value, str) else value["id"])


def _plain(value: Any) -> dict[str, Any]:
    data: dict[str, Any] = value.to_dict() if hasattr(value, "to_dict") else dict(value)
    return data


def intent_state(raw: Any) -> IntentState:
    """The plain state of a payment intent object."""
    data = _plain(raw)
    action = data.get("next_action") or {}
    failure = data.get("last_payment_error") or {}
    return IntentState(
        id=data["id"],
        status=data["status"],
        amount=int(data["amount"]),
        received=int(data.get("amount_received") or 0),
        currency=str(data["currency"]).upper(),
        client_secret=data.get("client_secret") or "",
        metadata=dict(data.get("metadata") or {}),
        customer=_text(data.get("customer")),
        charge=_text(data.get("latest_charge")),
        next_url=(action.get("redirect_to_url") or {}).get("url") or "",
        error_code=failure.get("decline_code") or failure.get("code") or "",
        error_text=words(failure.get("decline_code") or failure.get("code") or "") if failure else "",
        livemode=bool(data.get("livemode")),
    )


def create_customer(*, user_id: int, email: str, name: str) -> str:
    """The customer of a person; the same one however often it is asked for. Returns its id."""
    with _outcome():
        made = _v1().customers.create(
            {"email": email, "name": name, "metadata": {"banibs_user": str(user_id)}},
            {"idempotency_key": f"user:{user_id}:customer"},
        )
    return str(made.id)


def create_intent(
    *,
    row: int,
    amount: int,
    currency: str,
    customer: str,
    transfer_group: str,
    metadata: Mapping[str, str],
    manual_capture: bool = False,
    save_card: bool = False,
) -> IntentState:
    """A payment intent for our Intent row."""
    params: dict[str, Any] = {
        "amount": amount,
        "currency": currency.lower(),
        "customer": customer,
        "transfer_group": transfer_group,
        "metadata": dict(metadata),
        "capture_method": "manual" if manual_capture else "automatic",
        "payment_method_types": ["card"],
    }
    if save_card:
        params["setup_future_usage"] = "on_session"
    with _outcome():
        return intent_state(_v1().payment_intents.create(params, {"idempotency_key": f"intent:{row}:create"}))


def confirm_intent(
    stripe_id: str, *, row: int, attempt: int, payment_method: str, return_url: str
) -> IntentState:
    """Confirms with a saved card, from the server. Raises Refused(declined=True) when the card says no.

    `attempt` counts the answers that we had: Stripe repeats a decline for a day to whoever asks with the same key.
    """
    with _outcome():
        return intent_state(
            _v1().payment_intents.confirm(
                stripe_id,
                {"payment_method": payment_method, "return_url": return_url},
                {"idempotency_key": f"intent:{row}:confirm:{attempt}:{payment_method}"},
            )
        )


def read_intent(stripe_id: str) -> IntentState:
    """The intent as it is now."""
    with _outcome():
        return intent_state(_v1().payment_intents.retrieve(stripe_id))


def cancel_intent(stripe_id: str) -> IntentState:
    """Cancels an intent that is not paid; voids an authorisation. Raises Refused when it is too late."""
    with _outcome():
        return intent_state(
            _v1().payment_intents.cancel(stripe_id, {}, {"idempotency_key": f"{stripe_id}:cancel"})
        )


def capture_intent(stripe_id: str) -> IntentState:
    """Takes all that was authorised (manual capture). Raises Refused when it was let go meanwhile."""
    with _outcome():
        return intent_state(
            _v1().payment_intents.capture(stripe_id, {}, {"idempotency_key": f"{stripe_id}:capture"})
        )


def session_state(raw: Any) -> SessionState:
    """The plain state of a Checkout session object."""
    data = _plain(raw)
    return SessionState(
        id=data["id"],
        status=data.get("status") or "",
        url=data.get("url") or "",
        intent=_text(data.get("payment_intent")),
        metadata=dict(data.get("metadata") or {}),
    )


def create_session(
    *,
    row: int,
    amount: int,
    currency: str,
    customer: str,
    name: str,
    transfer_group: str,
    metadata: Mapping[str, str],
    success_url: str,
    cancel_url: str,
) -> SessionState:
    """A page of Stripe's own for our Intent row: one line, our number and total. Stripe closes it after a day, our
    expiry long before.
    """
    params = {
        "mode": "payment",
        "customer": customer,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": amount,
                    "product_data": {"name": name},
                },
            }
        ],
        "payment_intent_data": {"transfer_group": transfer_group, "metadata": dict(metadata)},
        "metadata": dict(metadata),
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    with _outcome():
        return session_state(
            _v1().checkout.sessions.create(params, {"idempotency_key": f"intent:{row}:session"})
        )


def read_session(session_id: str) -> SessionState:
    """The session as it is now."""
    with _outcome():
        return session_state(_v1().checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> SessionState:
    """Closes a session that nobody has paid. Raises Refused when it is over already."""
    with _outcome():
        return session_state(
            _v1().checkout.sessions.expire(session_id, {}, {"idempotency_key": f"{session_id}:expire"})
        )


def read_fee(charge_id: str) -> FeeState | None:
    """What Stripe took for a charge; None while its balance transaction is not known."""
    with _outcome():
        charge = _plain(_v1().charges.retrieve(charge_id, {"expand": ["balance_transaction"]}))
    booked = charge.get("balance_transaction")
    if not booked:
        return None
    data = _plain(booked)
    return FeeState(
        balance_transaction=data["id"],
        fee=int(data["fee"]),
        currency=str(data["currency"]).upper(),
        intent=_text(charge.get("payment_intent")),
    )


def refund_state(raw: Any) -> RefundState:
    """The plain state of a refund object."""
    data = _plain(raw)
    return RefundState(
        id=data["id"],
        status=data.get("status") or "",
        amount=int(data["amount"]),
        currency=str(data["currency"]).upper(),
        intent=_text(data.get("payment_intent")),
        metadata=dict(data.get("metadata") or {}),
        failure=data.get("failure_reason") or "",
    )


def create_refund(*, key: str, intent: str, amount: int, metadata: Mapping[str, str]) -> RefundState:
    """Sends money back to the card. `key` comes from our row and its attempt."""
    with _outcome():
        return refund_state(
            _v1().refunds.create(
                {"payment_intent": intent, "amount": amount, "metadata": dict(metadata)},
                {"idempotency_key": key},
            )
        )


def refunds_of(intent: str) -> list[RefundState]:
    """The refunds of an intent, newest first, at most a hundred: ours and those made by hand at Stripe."""
    with _outcome():
        found = _v1().refunds.list({"payment_intent": intent, "limit": LARGEST_PAGE})
    return [refund_state(one) for one in found.data]


def read_refund(refund_id: str) -> RefundState:
    """The refund as it is now."""
    with _outcome():
        return refund_state(_v1().refunds.retrieve(refund_id))


def saved_cards(customer: str) -> list[Card]:
    """The person's saved cards, newest first, at most ten."""
    with _outcome():
        found = _v1().payment_methods.list({"customer": customer, "type": "card", "limit": 10})
    return [
        Card(
            id=one.id,
            brand=one.card.brand,
            last4=one.card.last4,
            expires=f"{one.card.exp_month:02d}/{one.card.exp_year % 100:02d}",
            fingerprint=_text(one.card.fingerprint),
        )
        for one in found.data
    ]


def owner_of_card(card_id: str) -> str:
    """The customer that a card belongs to, or nothing."""
    with _outcome():
        return _text(_v1().payment_methods.retrieve(card_id).customer)


def remove_card(card_id: str) -> None:
    """Forgets a saved card."""
    with _outcome():
        _v1().payment_methods.detach(card_id, {}, {"idempotency_key": f"{card_id}:detach"})


def account_state(raw: Any) -> AccountState:
    """The plain state of an account object."""
    data = _plain(raw)
    requirements = data.get("requirements") or {}
    return AccountState(
        id=data["id"],
        details_submitted=bool(data.get("details_submitted")),
        charges_enabled=bool(data.get("charges_enabled")),
        payouts_enabled=bool(data.get("payouts_enabled")),
        currently_due=tuple(requirements.get("currently_due") or ()),
        disabled_reason=requirements.get("disabled_reason") or "",
    )


def create_account(*, seller: int, country: str, email: str, url: str) -> AccountState:
    """A seller's Express account; the same one however often it is asked for."""
    params = {
        "type": "express",
        "country": country,
        "email": email,
        "business_profile": {"url": url},
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"banibs_seller": str(seller)},
    }
    with _outcome():
        return account_state(_v1().accounts.create(params, {"idempotency_key": f"seller:{seller}:account"}))


def read_account(account_id: str) -> AccountState:
    """The account as it is now."""
    with _outcome():
        return account_state(_v1().accounts.retrieve(account_id))


def own_account() -> str:
    """The id of our own account."""
    with _outcome():
        return str(_v1().accounts.retrieve_current().id)


def onboarding_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """A link to Stripe's onboarding, good for minutes and once: made anew each time, so it has no key."""
    params = {
        "account": account_id,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "type": "account_onboarding",
    }
    with _outcome():
        return str(_v1().account_links.create(params).url)


def balance() -> list[tuple[str, int, int]]:
    """What Stripe holds for us: (currency, available, pending). The simplest proof that the key works."""
    with _outcome():
        data = _plain(_v1().balance.retrieve())
    currencies: dict[str, list[int]] = {}
    for place, name in enumerate(("available", "pending")):
        for entry in data.get(name) or ():
            currencies.setdefault(str(entry["currency"]).upper(), [0, 0])[place] += int(entry["amount"])
    return [(currency, *amounts) for currency, amounts in sorted(currencies.items())]  # type: ignore[misc]


_RETRIEVERS = {
    "payment_intent": lambda v1, key, options: v1.payment_intents.retrieve(key, {}, options),
    "charge": lambda v1, key, options: v1.charges.retrieve(key, {"expand": ["balance_transaction"]}, options),
    "refund": lambda v1, key, options: v1.refunds.retrieve(key, {}, options),
    "dispute": lambda v1, key, options: v1.disputes.retrieve(key, {}, options),
    "checkout.session": lambda v1, key, options: v1.checkout.sessions.retrieve(key, {}, options),
    "customer": lambda v1, key, options: v1.customers.retrieve(key, {}, options),
    "payment_method": lambda v1, key, options: v1.payment_methods.retrieve(key, {}, options),
    "account": lambda v1, key, options: v1.accounts.retrieve(key, {}),
    "transfer": lambda v1, key, options: v1.transfers.retrieve(key, {}, options),
    "payout": lambda v1, key, options: v1.payouts.retrieve(key, {}, options),
    "balance_transaction": lambda v1, key, options: v1.balance_transactions.retrieve(key, {}, options),
}


def fetch(kind: str, object_id: str, *, account: str = "") -> dict[str, Any] | None:
    """The object of an event as it is now; None for a kind that we do not read."""
    retrieve = _RETRIEVERS.get(kind)
    if retrieve is None:
        return None
    with _outcome():
        return _plain(retrieve(_v1(), object_id, {"stripe_account": account} if account else {}))


def list_events(
    *, since: int, after: str = "", types: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], bool]:
    """A page of Stripe's own record of events, newest first, and whether there are more: what a lost webhook left."""
    params: dict[str, Any] = {"limit": LARGEST_PAGE, "created": {"gte": since}}
    if after:
        params["starting_after"] = after
    if types:
        params["types"] = list(types)
    with _outcome():
        page = _v1().events.list(params)
    return [_plain(one) for one in page.data], bool(page.has_more)


def register_endpoint(*, url: str, events: Sequence[str], connect: bool) -> tuple[str, str]:
    """A webhook endpoint at Stripe: (id, signing secret, shown this once)."""
    params = {
        "url": url,
        "enabled_events": list(events),
        "connect": connect,
        "api_version": settings.STRIPE_API_VERSION,
    }
    with _outcome():
        made = _v1().webhook_endpoints.create(params)
    return str(made.id), str(made.secret)


def verify_webhook(body: bytes, *, header: str, secrets: Sequence[str]) -> None:
    """Raises BadSignature unless one of the secrets signed exactly this body within 300 s of now, before or after.

    The time is the machine's own: transport, not business.
    """
    if not header.isascii():  # the library's comparison breaks on it
        raise BadSignature
    try:
        signed_at = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
    except (StopIteration, ValueError) as error:
        raise BadSignature from error
    if abs(time.time() - signed_at) > MOST_SKEW_SECONDS:
        raise BadSignature
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), header, secret, MOST_SKEW_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return
    raise BadSignature
