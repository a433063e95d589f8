"""Upcoming and past payouts as the providers have them, beside ours. Asks each provider once, outside any transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.gateways import outcomes
from payouts.models import PayoutMethod
from payouts.providers.interface import PROVIDERS, Seen


@dataclass(frozen=True, slots=True)
class Listed:
    """What one provider says: its name for people, its rows newest first, or in words why it says nothing."""

    provider: str
    name: str
    rows: Sequence[Seen] = ()
    problem: str = ""


def as_providers_have_it(seller_id: int) -> list[Listed]:
    """Each provider of the shop's destinations with what it lists. One statement, and a call for each provider."""
    methods: dict[str, list[PayoutMethod]] = {}
    for one in PayoutMethod.objects.filter(seller_id=seller_id).order_by("pk"):
        methods.setdefault(one.provider, []).append(one)
    return [_ask(provider, of) for provider, of in methods.items()]


def _ask(name: str, methods: Sequence[PayoutMethod]) -> Listed:
    provider = PROVIDERS.get(name)
    terms = provider.terms()
    if not terms.configured:
        return Listed(name, terms.name, problem=terms.why_not or _("It is not set up on this site."))
    try:
        return Listed(name, terms.name, rows=list(provider.listed(methods)))
    except outcomes.Refused:
        return Listed(
            name, terms.name, problem=_("%(name)s does not tell us just now.") % {"name": terms.name}
        )
    except outcomes.Unknown:
        said = _("%(name)s does not answer just now. Look again in a few minutes.")
        return Listed(name, terms.name, problem=said % {"name": terms.name})
