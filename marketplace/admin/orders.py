"""What was bought: to read. An order moves by its verbs alone, its money by the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from banibs.core.models import Event
from banibs.core.staff.admin_base import ReadOnly, money, state
from marketplace.models import Checkout, CouponRedemption, Download, Order, OrderLine
from marketplace.orders import carriers, timeline
from marketplace.regions import tax_rates
from marketplace.sellers import sales

_AMOUNTS = {
    "subtotal": _("goods"),
    "discount": _("discount"),
    "promotion": _("promotion"),
    "shipping": _("delivery"),
    "shipping_tax": _("tax on delivery"),
    "tax": _("tax"),
    "total": _("total"),
    "marketplace_fee": _("BANIBS fee"),
    "processing_fee": _("processing fee"),
    "seller_net": _("seller keeps"),
    "held": _("clearing"),
    "refunded": _("refunded"),
}


class OrderInline(ReadOnly, admin.TabularInline[Order, Checkout]):
    """The sellers' orders of a checkout."""

    model = Order
    extra = 0
    fields = ["number", "seller", "state", "total_money", "net_money"]
    readonly_fields = ["state", "total_money", "net_money"]
    show_change_link = True
    state = staticmethod(state("order", _("state")))
    total_money = staticmethod(money("total", _("total")))
    net_money = staticmethod(money("seller_net", _("seller keeps")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """With the shops."""
        return super().get_queryset(request).select_related("seller")


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, admin.ModelAdmin[Checkout]):
    """What a buyer calls an order: one cart, one payment."""

    list_display = ["number", "user", "region", "total_money", "placed_at", "paid_at"]
    list_filter = ["region"]
    list_select_related = ["user", "region"]
    search_fields = ["=number", "^user__email", "^email"]
    search_help_text = _("A whole number (B-71840), or the beginning of an address")
    ordering = ["-id"]
    inlines = [OrderInline]
    total_money = staticmethod(money("total", _("total")))
    subtotal_money = staticmethod(money("subtotal", _("goods")))
    shipping_money = staticmethod(money("shipping", _("delivery")))
    tax_money = staticmethod(money("tax", _("tax")))
    fields = [
        *("number", "user", "email", "region", "coupon", "subtotal_money", "shipping_money", "tax_money"),
        *("total_money", "address", "company", "vat_id", "placed_at", "expires_at", "paid_at"),
    ]
    readonly_fields = ["subtotal_money", "shipping_money", "tax_money", "total_money"]


class OrderLineInline(ReadOnly, admin.TabularInline[OrderLine, Order]):
    """The pieces, with every figure as it was frozen."""

    model = OrderLine
    extra = 0
    fields = [
        *("title", "variant_name", "quantity", "total_money", "tax_base_money", "tax_rate_bps", "tax_money"),
        *("fee_money", "refunded_money"),
    ]
    readonly_fields = ["total_money", "tax_base_money", "tax_money", "fee_money", "refunded_money"]
    total_money = staticmethod(money("total", _("paid"), currency="order__currency"))
    tax_base_money = staticmethod(money("tax_base", _("without tax"), currency="order__currency"))
    tax_money = staticmethod(money("tax", _("tax"), currency="order__currency"))
    fee_money = staticmethod(money("fee", _("fee"), currency="order__currency"))
    refunded_money = staticmethod(money("refunded", _("refunded"), currency="order__currency"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """With the order, whose currency it is."""
        return super().get_queryset(request).select_related("order")


class Sending(admin.SimpleListFilter):
    """Orders that should be on their way by now."""

    title = _("sending")
    parameter_name = "sending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("late", _("Past its date"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Those of `sales.late`."""
        return queryset & sales.late() if self.value() == "late" else queryset


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin[Order]):
    """Orders of single sellers, with what happened to each."""

    list_display = [
        "number",
        "state",
        "seller",
        "buyer",
        "total_money",
        "net_money",
        "held_money",
        "placed_at",
    ]
    list_filter = ["status", Sending, "dispute", "currency"]
    list_select_related = ["seller", "buyer"]
    search_fields = ["^number", "^buyer__email", "^seller__slug"]
    search_help_text = _("The beginning of a number (B-71840), of a buyer's address, or of a shop's")
    date_hierarchy = "placed_at"
    ordering = ["-id"]
    inlines = [OrderLineInline]
    state = staticmethod(state("order", _("state")))
    total_money = staticmethod(money("total", _("total")))
    net_money = staticmethod(money("seller_net", _("seller keeps")))
    held_money = staticmethod(money("held", _("clearing")))
    amounts = [f"{name}_shown" for name in _AMOUNTS]
    fieldsets = [
        (
            None,
            {"fields": ["number", "state", "checkout", "seller", "buyer", "dispute", "tax_name", "beside"]},
        ),
        (_("Money"), {"fields": ["give_back", *amounts]}),
        (_("Parcel"), {"fields": ["carrier", "parcel", "days"]}),
        (
            _("History"),
            {"fields": ["history_of", "placed_at", "paid_at", "fulfilled_at", "completed_at", "cleared_at"]},
        ),
    ]
    readonly_fields = [
        "state",
        "tax_name",
        "beside",
        "parcel",
        "days",
        "history_of",
        "give_back",
        *amounts,
    ]

    @admin.display(description=_("give money back"))
    def give_back(self, row: Order) -> str:
        """To the page that does it, while something can go back."""
        if row.status not in (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED):
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:order_refund", args=[row.number]), _("Refund")
        )

    @admin.display(description=_("what happened"))
    def history_of(self, row: Order) -> str:
        """The event log of the order. One statement."""
        happened = Event.objects.filter(subject_type="order", subject_id=row.pk).order_by("pk")[:200]
        lines = (
            (
                f"{one.at:%Y-%m-%d %H:%M}",
                _in_words(one),
                one.actor_name or one.get_actor_type_display(),
                one.reason,
            )
            for one in happened
        )
        return format_html_join(
            "", '<div class="happened"><time>{}</time> <strong>{}</strong> {} {}</div>', lines
        )

    @admin.display(description=_("taxed in"))
    def tax_name(self, row: Order) -> str:
        """Whose tax it is, by its name."""
        return tax_rates.name(row.tax_jurisdiction) or row.tax_jurisdiction

    @admin.display(description=_("tracking number"))
    def parcel(self, row: Order) -> str:
        """The number, a link where its carrier shows parcels."""
        there = carriers.tracking_url(row.carrier, row.tracking)
        return format_html('<a href="{}">{}</a>', there, row.tracking) if there else row.tracking

    @admin.display(description=_("days under way"))
    def days(self, row: Order) -> str:
        """As they were promised; nothing for files."""
        return "" if row.min_days is None else f"{row.min_days}\N{EN DASH}{row.max_days}"

    @admin.display(description=_("beside it"))
    def beside(self, row: Order) -> str:
        """Links to what belongs to it: the payment, with its charges at Stripe, refunds, emails, the ledger."""
        number = row.number.rpartition("-")[0]
        tables = (
            (_("Payment, and its charges at Stripe"), "payments_payment", number),
            (_("Refunds"), "payments_refund", row.number),
            (_("Emails and notices to the buyer"), "notifications_notice", row.buyer.email),
            (_("Movements of money"), "wallet_movement", number),
        )
        links = (
            (f"{reverse(f'admin:{table}_changelist')}?{urlencode({'q': wanted})}", label)
            for label, table, wanted in tables
        )
        return format_html_join(" · ", '<a href="{}">{}</a>', links)


def _in_words(event: Event) -> str:
    """What happened, as the timelines say it; an event that they leave out by its own name, readable."""
    if event.kind in timeline.TEXTS:
        return str(timeline.TEXTS[event.kind])
    return event.kind.partition(".")[2].replace("_", " ").capitalize()


for _name, _label in _AMOUNTS.items():
    setattr(OrderAdmin, f"{_name}_shown", staticmethod(money(_name, _label)))


@admin.register(CouponRedemption)
class CouponRedemptionAdmin(ReadOnly, admin.ModelAdmin[CouponRedemption]):
    """Which checkouts used a coupon."""

    list_display = ["coupon", "checkout", "at"]
    list_select_related = ["coupon", "checkout"]
    search_fields = ["=coupon__code", "=checkout__number"]
    ordering = ["-id"]


@admin.register(Download)
class DownloadAdmin(ReadOnly, admin.ModelAdmin[Download]):
    """Who may fetch which file, and how often it was fetched."""

    list_display = ["file", "user", "order", "count", "limit", "expires_at"]
    search_fields = ["^user__email", "=line__order__number"]
    search_help_text = _("The beginning of an address, or a whole order number")
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Download]:
        """With what each row is called by."""
        return super().get_queryset(request).select_related("file", "user", "line__order")

    @admin.display(description=_("order"))
    def order(self, row: Download) -> str:
        """The order it was bought with."""
        return row.line.order.number
