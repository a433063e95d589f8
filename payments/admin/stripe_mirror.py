"""Stripe's customers, charges, disputes, payouts and balance transactions, as dj-stripe copied them: to read.

The library's own pages for them have buttons that call Stripe and rows that can be edited; these have neither. No money
is decided by what stands here (docs/decisions/0010).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from banibs.core.staff.admin_base import ReadOnly
from payments.gateways.stripe import mirror
from payments.gateways.stripe.mirror import Copy
from payments.gateways.stripe.stripe_data import id_of, integer
from payments.models import Intent
from payments.webhooks.metrics import masked

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def amount(name: str, label: StrOrPromise) -> Callable[[Copy], str]:
    """A column of an amount that Stripe gives in minor units."""

    @admin.display(description=label)
    def column(row: Copy) -> str:
        minor, currency = row.stripe_data.get(name), row.stripe_data.get("currency")
        if minor is None or not currency:
            return ""
        return Money(integer(row.stripe_data, name), str(currency).upper()).format()

    column.__name__ = f"{name}_money"
    return column


def word(name: str, label: StrOrPromise) -> Callable[[Copy], str]:
    """A column of what Stripe says under this name; an object that came whole is its id."""

    @admin.display(description=label)
    def column(row: Copy) -> str:
        told = row.stripe_data.get(name)
        return id_of(told) if told is None or isinstance(told, dict) else str(told)

    column.__name__ = name
    return column


def moment(name: str, label: StrOrPromise) -> Callable[[Copy], dt.datetime | None]:
    """A column of a time that Stripe gives in seconds."""

    @admin.display(description=label)
    def column(row: Copy) -> dt.datetime | None:
        missing = row.stripe_data.get(name) is None
        return None if missing else dt.datetime.fromtimestamp(integer(row.stripe_data, name), dt.UTC)

    column.__name__ = name
    return column


def links(kind: str, ids: Collection[str]) -> SafeString:
    """Stripe's ids, each a link to its copy where there is one. One statement."""
    wanted = [one for one in ids if one]
    copied = mirror.copies(kind, wanted) if wanted else {}
    name = f"admin:djstripe_{mirror.MODELS[kind].lower()}_change"
    return format_html_join(
        ", ",
        "{}",
        (
            (
                format_html('<a href="{}">{}</a>', reverse(name, args=[copied[one]]), one)
                if one in copied
                else one,
            )
            for one in wanted
        ),
    )


class MirrorAdmin(ReadOnly, admin.ModelAdmin[Model]):
    """A table of copies, newest first. `told` is all that Stripe said, without people's data and secrets."""

    search_fields = ["=id"]
    search_help_text = _("A whole id, such as ch_… or po_…")
    ordering = ["-djstripe_id"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """The rows alone: what they refer to is shown by its id."""
        return super().get_queryset(request).select_related(None)

    @admin.display(description=_("what Stripe says"))
    def told(self, row: Copy) -> SafeString:
        """The object as Stripe gave it, masked."""
        said = json.dumps(masked(row.stripe_data), indent=2, ensure_ascii=False, sort_keys=True)
        return format_html('<pre class="desk-code" tabindex="0">{}</pre>', said)

    @admin.display(description=_("customer"))
    def customer_link(self, row: Copy) -> SafeString:
        """The customer's copy."""
        return links("customer", [id_of(row.stripe_data.get("customer"))])

    @admin.display(description=_("charge"))
    def charge_link(self, row: Copy) -> SafeString:
        """The charge's copy."""
        return links("charge", [id_of(row.stripe_data.get("charge"))])

    @admin.display(description=_("balance transaction"))
    def balance_link(self, row: Copy) -> SafeString:
        """The balance transaction's copy."""
        return links("balance_transaction", [id_of(row.stripe_data.get("balance_transaction"))])

    @admin.display(description=_("payment"))
    def payment_link(self, row: Copy) -> SafeString | str:
        """Our payment that this charge paid, or that this dispute is about."""
        charge = row.id if row.stripe_data.get("object") == "charge" else id_of(row.stripe_data.get("charge"))
        intent = id_of(row.stripe_data.get("payment_intent"))
        found = (
            Intent.objects.select_related("payment__checkout")
            .filter(Q(charge_id=charge) if charge and not intent else Q(stripe_id=intent))
            .exclude(stripe_id="")
            .first()
        )
        if found is None:
            return ""
        address = reverse("admin:payments_payment_change", args=[found.payment_id])
        return format_html('<a href="{}">{}</a>', address, found.payment)


class CustomerAdmin(MirrorAdmin):
    """People who keep a card at Stripe."""

    list_display = ["id", "created", "currency", "delinquent"]
    fields = ["id", "created", "livemode", "currency", "delinquent", "told"]
    readonly_fields = ["currency", "delinquent", "told"]
    currency = staticmethod(word("currency", _("currency")))
    delinquent = staticmethod(word("delinquent", _("owes")))


class ChargeAdmin(MirrorAdmin):
    """What cards were charged."""

    list_display = ["id", "amount_money", "amount_refunded_money", "state", "disputed", "created"]
    fields = [
        "id", "payment_link", "amount_money", "amount_refunded_money", "state", "disputed", "intent", "customer_link",
        "balance_link", "created", "livemode", "told",
    ]  # fmt: skip
    readonly_fields = [
        "payment_link", "amount_money", "amount_refunded_money", "state", "disputed", "intent", "customer_link",
        "balance_link", "told",
    ]  # fmt: skip
    amount_money = staticmethod(amount("amount", _("amount")))
    amount_refunded_money = staticmethod(amount("amount_refunded", _("given back")))
    state = staticmethod(word("status", _("state")))
    disputed = staticmethod(word("disputed", _("disputed")))
    intent = staticmethod(word("payment_intent", _("payment intent")))


class DisputeAdmin(MirrorAdmin):
    """What cardholders took back."""

    list_display = ["id", "amount_money", "state", "reason_word", "created"]
    fields = [
        "id",
        "payment_link",
        "charge_link",
        "amount_money",
        "state",
        "reason_word",
        "created",
        "livemode",
        "told",
    ]
    readonly_fields = ["payment_link", "charge_link", "amount_money", "state", "reason_word", "told"]
    amount_money = staticmethod(amount("amount", _("amount")))
    state = staticmethod(word("status", _("state")))
    reason_word = staticmethod(word("reason", _("reason")))


class PayoutAdmin(MirrorAdmin):
    """What Stripe sent to a bank."""

    list_display = ["id", "amount_money", "state", "arrives", "created"]
    fields = ["id", "amount_money", "state", "arrives", "kind", "balance_link", "created", "livemode", "told"]
    readonly_fields = ["amount_money", "state", "arrives", "kind", "balance_link", "told"]
    amount_money = staticmethod(amount("amount", _("amount")))
    state = staticmethod(word("status", _("state")))
    kind = staticmethod(word("type", _("kind")))
    arrives = staticmethod(moment("arrival_date", _("arrives")))


class BalanceTransactionAdmin(MirrorAdmin):
    """What moved on our balance at Stripe, and what Stripe took."""

    list_display = ["id", "kind", "amount_money", "fee_money", "net_money", "origin", "available"]
    fields = [
        "id", "kind", "amount_money", "fee_money", "net_money", "origin", "available", "created", "livemode", "told",
    ]  # fmt: skip
    readonly_fields = ["kind", "amount_money", "fee_money", "net_money", "origin", "available", "told"]
    amount_money = staticmethod(amount("amount", _("amount")))
    fee_money = staticmethod(amount("fee", _("Stripe's fee")))
    net_money = staticmethod(amount("net", _("net")))
    kind = staticmethod(word("type", _("kind")))
    origin = staticmethod(word("source", _("of")))
    available = staticmethod(moment("available_on", _("available")))


PAGES: dict[str, type[MirrorAdmin]] = {
    "balance_transaction": BalanceTransactionAdmin,
    "charge": ChargeAdmin,
    "customer": CustomerAdmin,
    "dispute": DisputeAdmin,
    "payout": PayoutAdmin,
}
for _kind, _page in PAGES.items():
    _copied = apps.get_model("djstripe", mirror.MODELS[_kind])
    if admin.site.is_registered(_copied):  # the library's own page, with buttons
        admin.site.unregister(_copied)
    admin.site.register(_copied, _page)
