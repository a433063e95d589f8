"""Payments and refunds, to read. Money goes back by its verbs alone, never by an edited row."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core import events
from banibs.core.staff.admin_base import ReadOnly, money, state
from payments.admin.stripe_mirror import links
from payments.gateways import outcomes
from payments.models import Payment, PaymentSplit, Refund
from payments.refunds import send_refund

if TYPE_CHECKING:
    from banibs.users.models import User

_TENDERS = ["amount_money", "wallet_money", "card_money"]


class SplitInline(ReadOnly, admin.TabularInline[PaymentSplit, Payment]):
    """Each order's part of a payment."""

    model = PaymentSplit
    extra = 0
    fields = ["order", "wallet_money", "card_money"]
    readonly_fields = ["wallet_money", "card_money"]
    wallet_money = staticmethod(money("wallet_part", _("from the wallet"), currency="payment__currency"))
    card_money = staticmethod(money("card_part", _("by card"), currency="payment__currency"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentSplit]:
        """With the orders, and the payment whose currency it is."""
        return super().get_queryset(request).select_related("order", "payment")


class RefundInline(ReadOnly, admin.TabularInline[Refund, Payment]):
    """What went back."""

    model = Refund
    extra = 0
    fields = ["order", "state", *_TENDERS, "reason", "note"]
    readonly_fields = ["state", *_TENDERS]
    show_change_link = True
    state = staticmethod(state("refund", _("state")))
    amount_money = staticmethod(money("amount", _("amount")))
    wallet_money = staticmethod(money("wallet_part", _("to the wallet")))
    card_money = staticmethod(money("card_part", _("to the card")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        """With the orders."""
        return super().get_queryset(request).select_related("order")


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin[Payment]):
    """One payment for each checkout, newest first."""

    list_display = ["checkout", "user", "method", "state", *_TENDERS, "refunded_money", "created_at"]
    list_filter = ["status", "method", "currency"]
    list_select_related = ["checkout", "user"]
    search_fields = ["=checkout__number", "^user__email"]
    search_help_text = _("A whole number (B-71840), or the beginning of an address")
    ordering = ["-id"]
    inlines = [SplitInline, RefundInline]
    fields = [
        "checkout",
        "user",
        "method",
        "state",
        *_TENDERS,
        "refunded_money",
        "charges",
        "created_at",
        "succeeded_at",
    ]
    readonly_fields = ["state", *_TENDERS, "refunded_money", "charges"]
    state = staticmethod(state("payment", _("state")))
    amount_money = staticmethod(money("amount", _("amount")))
    wallet_money = staticmethod(money("wallet_part", _("from the wallet")))
    card_money = staticmethod(money("card_part", _("by card")))
    refunded_money = staticmethod(money("refunded", _("refunded")))

    @admin.display(description=_("charged at Stripe"))
    def charges(self, row: Payment) -> SafeString:
        """The charges of its card part, each a link to its copy. Two statements."""
        ids = row.intents.exclude(charge_id="").order_by("pk").values_list("charge_id", flat=True)
        return links("charge", list(ids[:10]))


_BEARERS = {
    "from_held": _("from the seller's clearing money"),
    "from_reserve": _("from the seller's reserve"),
    "from_available": _("from the seller's balance"),
    "fee": _("BANIBS fee given up"),
    "tax": _("tax no longer due"),
    "processing": _("borne by BANIBS"),
    "promotion": _("promotion taken back"),
}


@admin.register(Refund)
class RefundAdmin(ReadOnly, admin.ModelAdmin[Refund]):
    """Money on its way back, with who bears it."""

    list_display = ["id", "order", "state", *_TENDERS, "reason", "requested_by", "created_at"]
    list_filter = ["status", "reason", "currency"]
    list_select_related = ["order", "requested_by"]
    search_fields = ["^order__number"]
    search_help_text = _("The beginning of a number (B-71840)")
    ordering = ["-id"]
    actions = ["stop"]
    bearers = [f"{name}_shown" for name in _BEARERS]
    at_stripe = ["stripe_id", "left", "sent_at", "came_back", "returned_at", "attempt", "tried_before"]
    fieldsets = [
        (None, {"fields": ["order", "payment", "state", *_TENDERS, "incidents"]}),
        (_("On its way to the card"), {"fields": [*at_stripe, "failure", "to_wallet_at"]}),
        (_("Who bears it"), {"fields": [*bearers]}),
        (_("Why"), {"fields": ["reason", "note", "requested_by", "created_at", "succeeded_at"]}),
    ]
    readonly_fields = ["state", *_TENDERS, *bearers, "incidents", "left", "came_back", "tried_before"]
    state = staticmethod(state("refund", _("state")))
    amount_money = staticmethod(money("amount", _("amount")))
    wallet_money = staticmethod(money("wallet_part", _("to the wallet")))
    card_money = staticmethod(money("card_part", _("to the card")))

    def has_stop_permission(self, request: HttpRequest) -> bool:
        """Who may decide about refunds, though nobody edits one."""
        return request.user.has_perm("payments.change_refund")

    @admin.action(description=_("Take it back at Stripe before it reaches the buyer"), permissions=["stop"])
    def stop(self, request: HttpRequest, rows: QuerySet[Refund]) -> None:
        """Asks Stripe for the one that was chosen, and says what became of it."""
        chosen = list(rows.select_related("order")[:2])
        if len(chosen) != 1:
            self.message_user(request, gettext("Choose one refund. Nothing was done."), messages.WARNING)
            return
        said, level = _stopped(chosen[0], events.Actor.person(cast("User", request.user), role="staff"))
        self.message_user(request, said, level)

    @admin.display(description=_("left our balance by"))
    def left(self, row: Refund) -> SafeString:
        """The balance transaction that took it. One statement."""
        return links("balance_transaction", [row.balance_transaction])

    @admin.display(description=_("came back by"))
    def came_back(self, row: Refund) -> SafeString:
        """The balance transaction of its failure. One statement."""
        return links("balance_transaction", [row.failure_balance_transaction])

    @admin.display(description=_("tried before"))
    def tried_before(self, row: Refund) -> str:
        """The ids at Stripe of the attempts that failed."""
        return "; ".join(", ".join(name for name in tried if name) or "–" for tried in row.earlier)

    @admin.display(description=_("incidents"))
    def incidents(self, row: Refund) -> SafeString:
        """Where people decide about it. One statement."""
        found = row.incident_set.order_by("pk").values_list("pk", "kind")[:10]
        return format_html_join(
            ", ", '<a href="{}">{}</a>', ((reverse("admin:incident", args=[pk]), kind) for pk, kind in found)
        )


def _stopped(refund: Refund, who: events.Actor) -> tuple[str, int]:
    named = {"refund": str(refund)}
    try:
        after = send_refund.stop_refund(refund.pk, actor=who)
    except outcomes.Refused as refused:
        said = gettext(
            "Stripe does not take back the %(refund)s by a call (%(why)s). Its Dashboard may still stop one that waits for "
            "our balance; BANIBS hears of it from there."
        )
        return said % {**named, "why": refused.for_staff}, messages.WARNING
    except outcomes.Unknown:
        said = gettext("Stripe did not answer about the %(refund)s. BANIBS asks by itself how it fares.")
        return said % named, messages.ERROR
    if after.status == Refund.Status.CANCELED:
        return gettext("The %(refund)s was taken back: all is as it was before it.") % named, messages.SUCCESS
    return gettext(
        "The %(refund)s comes back from Stripe. Read below where the money is."
    ) % named, messages.SUCCESS


for _name, _label in _BEARERS.items():
    setattr(RefundAdmin, f"{_name}_shown", staticmethod(money(_name, _label)))
