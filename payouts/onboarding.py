"""Onboarding of sellers at Stripe Connect: an Express account per shop, its link, and what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass

import pycountry
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import events
from banibs.core.clock import Now
from marketplace.models import Seller
from payments.gateways import frozen_requests, installation, outcomes
from payments.gateways.stripe import connected_accounts
from payments.models import ConnectedAccount
from payouts import countries
from payouts.methods import bank
from payouts.providers.interface import Check

_WORDS: tuple[tuple[str, Promise], ...] = (
    ("external_account", gettext_lazy("A bank account for your payouts")),
    ("verification.document", gettext_lazy("A photo of an identity document")),
    ("verification.additional_document", gettext_lazy("A second document, such as a bill with your address")),
    ("tos_acceptance", gettext_lazy("Your agreement to Stripe’s terms")),
    ("dob", gettext_lazy("Your date of birth")),
    ("address", gettext_lazy("Your address")),
    ("first_name", gettext_lazy("Your name")),
    ("last_name", gettext_lazy("Your name")),
    ("id_number", gettext_lazy("Your tax or national identity number")),
    ("ssn_last_4", gettext_lazy("The last four digits of your social security number")),
    ("email", gettext_lazy("Your email address")),
    ("phone", gettext_lazy("Your phone number")),
    ("business_profile", gettext_lazy("What your shop sells")),
    ("business_type", gettext_lazy("Whether you trade as a person or a company")),
    ("company", gettext_lazy("Your company’s details")),
)

DISCONNECTED = "application.deauthorized"  # ours, in the place of Stripe's `disabled_reason`
REJECTED = "rejected."  # how Stripe's `requirements.disabled_reason` begins once it is final
_REFUSED: dict[str, Promise] = {
    "fraud": gettext_lazy("Stripe has refused this account: it suspects fraud."),
    "incomplete_verification": gettext_lazy(
        "Stripe has refused this account: your details were never verified."
    ),
    "listed": gettext_lazy("Stripe has refused this account: a name in it is on a list of sanctions."),
    "platform_terms_of_service": gettext_lazy("This account was refused: it goes against our terms."),
    "terms_of_service": gettext_lazy("Stripe has refused this account: it goes against Stripe’s terms."),
    "other": gettext_lazy("Stripe has refused this account, and does not say why."),
}


class NotOffered(Exception):
    """Stripe pays nobody out there, or has not let us yet; `message` is for the seller."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Readiness:
    """Whether a shop can be paid out to its bank, and why not.

    `none`, `started`, `checking`, `ready`, `restricted` (more is needed), `rejected` (by Stripe, for good) or
    `unavailable` (Stripe pays nobody out in the shop's country).
    """

    status: str
    missing: tuple[str, ...] = ()
    reason: str = ""

    @property
    def can_be_paid(self) -> bool:
        """Payouts to a bank are refused with `reason` until this is true."""
        return self.status == "ready"


def readiness(seller: Seller) -> Readiness:
    """How far a shop is, in words. One query."""
    account = ConnectedAccount.objects.filter(seller=seller).first()
    if account is None or not account.stripe_account_id:
        country = account.country if account else seller.country
        if countries.destination(country) is None:
            return Readiness("unavailable", reason=not_offered(country))
        return Readiness("none", reason=_("Connect a bank account with Stripe first."))
    missing = requirement_labels(account.currently_due)
    if account.payouts_enabled and not missing:
        return Readiness("ready")
    if account.disabled_reason == DISCONNECTED:
        return Readiness("rejected", reason=_("The connection between your shop and Stripe was ended."))
    if account.disabled_reason.startswith(REJECTED):
        return Readiness("rejected", reason=refused_text(account.disabled_reason))
    if not account.details_submitted:
        return Readiness("started", missing, _("Finish the form at Stripe first."))
    if account.disabled_reason and missing:
        return Readiness("restricted", missing, _("Stripe needs something more from you first."))
    return Readiness("checking", missing, _("Stripe is checking your details. This can take a day."))


def requirement_labels(due: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Stripe's requirement names in words, each once, in Stripe's order."""
    found: dict[str, None] = {}
    for name in due:
        text = next(
            (str(text) for part, text in _WORDS if part in name), name.replace("_", " ").replace(".", ", ")
        )
        found.setdefault(text)
    return tuple(found)


def not_offered(country: str) -> str:
    """That Stripe pays nobody out there, and what is possible instead."""
    return _(
        "Stripe does not pay out to banks in %(country)s. You can sell all the same: your earnings stay in your "
        "balance. If your business has a bank account in another country, change your shop’s country to that one."
    ) % {"country": _name(country)}


def _name(country: str) -> str:
    found = pycountry.countries.get(alpha_2=country)
    return country if found is None else str(getattr(found, "common_name", found.name))


def ensure_account(seller: Seller, *, url: str) -> ConnectedAccount:
    """The shop's account at Stripe, made at the first call. Raises outcomes.Refused or Unknown; ask again.

    Raises NotOffered, without asking Stripe, where it pays nobody out, and where it has to allow us that country first.
    """
    known = ConnectedAccount.objects.filter(seller=seller).first()
    if known is not None and known.stripe_account_id:
        return known
    place = countries.destination(known.country if known else seller.country)
    if place is None:
        raise NotOffered(not_offered(known.country if known else seller.country))
    account, _new = ConnectedAccount.objects.get_or_create(
        seller=seller, defaults={"country": seller.country}
    )
    if account.stripe_account_id:
        return account
    try:
        state = _created(seller, place, url=url)
    except outcomes.Refused as refused:
        if place.recipient and "needs approval" in refused.detail:
            raise NotOffered(_not_enabled(place.country)) from refused
        raise
    ConnectedAccount.objects.filter(pk=account.pk, stripe_account_id=None).update(stripe_account_id=state.id)
    sync_account(state)
    account.refresh_from_db()
    return account


def _not_enabled(country: str) -> str:
    return _(
        "Stripe has not allowed BANIBS to pay out to %(country)s yet. We have to ask Stripe for it; your earnings "
        "stay in your balance until then."
    ) % {"country": _name(country)}


def _created(seller: Seller, place: countries.Destination, *, url: str) -> connected_accounts.AccountState:
    """Asks as it was first asked. What is refused was not made, so that what was mended since is asked anew."""
    params: connected_accounts.AccountRequest = {
        "country": place.country,
        "email": seller.user.email,
        "url": url,
        "agreement": place.agreement,
        "metadata": installation.marked({"banibs_seller": str(seller.pk)}),
    }
    asked = frozen_requests.freeze(f"seller:{seller.pk}:account", params)
    try:
        return connected_accounts.create_account(asked.params, key=asked.key)
    except (outcomes.Refused, outcomes.KeyConflict):
        if asked.params == params:
            frozen_requests.renew(asked, params)
            raise
        again = frozen_requests.renew(asked, params)
        return connected_accounts.create_account(again.params, key=again.key)


def link(seller: Seller, *, url: str, return_url: str, refresh_url: str) -> str:
    """Where the seller goes on at Stripe. Raises NotOffered, outcomes.Refused or Unknown."""
    account = ensure_account(seller, url=url)
    return connected_accounts.onboarding_link(
        account.stripe_account_id or "", return_url=return_url, refresh_url=refresh_url
    )


def refresh(seller: Seller) -> None:
    """Reads the account from Stripe, for the page that the seller returns to. Raises outcomes.Unknown or Refused."""
    account = ConnectedAccount.objects.filter(seller=seller).exclude(stripe_account_id=None).first()
    if account is not None and account.stripe_account_id:
        sync_account(connected_accounts.read_account(account.stripe_account_id))


def disconnect(stripe_account: str) -> Seller | None:
    """The seller let go of us at Stripe: nothing is paid out to this account any more. Returns whose it is, or None."""
    with transaction.atomic():
        accounts = ConnectedAccount.objects.select_for_update(of=("self",)).select_related("seller")
        account = accounts.filter(stripe_account_id=stripe_account).first()
        if account is None:
            return None
        if account.disabled_reason != DISCONNECTED:
            account.charges_enabled = account.payouts_enabled = False
            account.disabled_reason = DISCONNECTED
            account.save()
            ConnectedAccount.objects.filter(pk=account.pk).update(updated_at=Now())
            _told(account, ready=False, missing=[])
            bank.sync_banks(account.seller, (), check=Check("failed"))
        return account.seller


def sync_account(state: connected_accounts.AccountState) -> bool:
    """Takes in an account as Stripe has it; False when it is none of ours. An event says what changed."""
    with transaction.atomic():
        account = (
            ConnectedAccount.objects.select_for_update(of=("self",))
            .select_related("seller")
            .filter(stripe_account_id=state.id)
            .first()
        )
        if account is None:
            return False
        before = (account.payouts_enabled, tuple(account.currently_due))
        account.details_submitted = state.details_submitted
        account.charges_enabled = state.charges_enabled
        account.payouts_enabled = state.payouts_enabled
        account.currently_due = list(state.currently_due)
        account.disabled_reason = state.disabled_reason
        account.save()
        ConnectedAccount.objects.filter(pk=account.pk).update(updated_at=Now())
        if before != (state.payouts_enabled, state.currently_due):
            _told(account, ready=state.payouts_enabled, missing=list(state.currently_due))
        bank.sync_banks(account.seller, state.banks, check=_check(account))
    return True


def _check(account: ConnectedAccount) -> Check:
    """What the account says of its banks: Stripe pays to them all or to none."""
    if account.payouts_enabled:
        return Check("verified")
    if account.disabled_reason.startswith(REJECTED):
        return Check("failed", words=refused_text(account.disabled_reason))
    return Check("checking", words=_("Stripe wants something more from you first: see Getting paid."))


def refused_text(disabled_reason: str) -> str:
    """Why Stripe refused an account for good."""
    return str(_REFUSED.get(disabled_reason.removeprefix(REJECTED), _REFUSED["other"]))


def _told(account: ConnectedAccount, *, ready: bool, missing: list[str]) -> None:
    events.record(
        events.New(
            "seller.account_changed",
            account,
            events.STRIPE,
            to_state="ready" if ready else "not_ready",
            data={"missing": missing, "seller": account.seller_id},
        )
    )
