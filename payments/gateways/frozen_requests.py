"""What goes to a provider with an idempotency key: frozen in our row before the first try, and sent so at every other.

A provider answers a key that comes with other parameters with an error. Whatever went into them, a name, an address, a
setting or a language, may have changed since an answer was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from django.db.models import F

from banibs.core.clock import Now
from payments import policy
from payments.gateways import installation
from payments.models import StripeRequest

Params = TypeVar("Params")  # plain JSON: a TypedDict of the gateway


@dataclass(frozen=True)
class Frozen(Generic[Params]):
    """A request as it was first made: its key, and what goes with it."""

    name: str
    attempt: int
    params: Params

    @property
    def key(self) -> str:
        """The idempotency key."""
        return installation.key(self.name if self.attempt == 1 else f"{self.name}:{self.attempt}")


def freeze(name: str, params: Params) -> Frozen[Params]:
    """The request of this name: as it was first made, or with these parameters. Committed by the caller before it is
    sent. Two statements, one when it was made before.
    """
    row, _new = StripeRequest.objects.get_or_create(name=name, defaults={"params": params})
    return Frozen(name, row.attempt, cast(Params, row.params))


def renew(sent: Frozen[Params], params: Params) -> Frozen[Params]:
    """The same under the next key, for one whose key is of no use any more: Stripe will not do it, and never did.

    Whoever comes second finds what the first has made of it.
    """
    rows = StripeRequest.objects.filter(name=sent.name, attempt=sent.attempt)
    rows.update(attempt=F("attempt") + 1, params=params)
    return freeze(sent.name, params)


def forget_old() -> int:
    """Forgets requests whose keys no provider remembers; returns how many."""
    return StripeRequest.objects.filter(created_at__lt=Now() - policy.STRIPE_REQUESTS_KEPT_FOR).delete()[0]
