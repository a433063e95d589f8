"""`seller/`: the caller's shop, its money in each currency, and how far it is at Stripe."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    LineField,
    MoneySerializer,
    Refused,
    StrictSerializer,
    TextField,
    known_filters,
    money,
)
from banibs.core.api.request import Request
from banibs.core.money import Money
from banibs.users.addresses import address_formats
from marketplace import policy as marketplace_policy
from marketplace.models import CancelPolicy, ReturnPaidBy, Seller
from marketplace.sellers import rich_text, shops, time_zones
from payouts import onboarding
from wallet import ledger

BALANCES = ("pending", "available", "in_transit", "disputed", "reserve", "debt")
HTML = {"story": "story_html", "returns": "returns_html"}


class SellerBalanceSerializer(serializers.Serializer[object]):
    """A shop's money in one currency."""

    currency = serializers.CharField()
    pending = MoneySerializer(help_text="Paid by buyers, not the shop's to take yet")
    available = MoneySerializer(help_text="Can be paid out")
    in_transit = MoneySerializer(help_text="On its way to a bank")
    disputed = MoneySerializer(help_text="Held while a dispute is open")
    reserve = MoneySerializer(help_text="Held back for a while after clearing")
    debt = MoneySerializer(help_text="Owed to BANIBS under an agreement")


class OnboardingSerializer(serializers.Serializer[object]):
    """How far the shop is at Stripe."""

    status = serializers.ChoiceField(
        choices=["none", "started", "checking", "ready", "restricted", "rejected", "unavailable"]
    )
    missing = serializers.ListField(child=serializers.CharField())


class OwnShopSerializer(serializers.Serializer[object]):
    """The caller's shop."""

    slug = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Seller.Status.choices)
    country = serializers.CharField()
    city = serializers.CharField(allow_blank=True)
    timezone = serializers.CharField(help_text="Of the tz database, such as Africa/Accra")
    tagline = serializers.CharField(allow_blank=True)
    maker = serializers.CharField(allow_blank=True)
    quote = serializers.CharField(allow_blank=True)
    story_html = serializers.CharField(allow_blank=True)
    returns_html = serializers.CharField(allow_blank=True)
    return_days = serializers.IntegerField(help_text="Where a buyer's law gives more, that holds")
    return_paid_by = serializers.ChoiceField(choices=ReturnPaidBy.choices)
    cancel_policy = serializers.ChoiceField(choices=CancelPolicy.choices)
    paused_until = serializers.DateField(allow_null=True)
    balances = SellerBalanceSerializer(many=True)
    onboarding = OnboardingSerializer()


class ShopRequest(StrictSerializer):
    """What a shop says of itself. `story` and `returns` are plain text; an empty line begins a paragraph."""

    name = LineField(max_length=80)
    status = serializers.ChoiceField(choices=["active", "paused"])
    paused_until = serializers.DateField(allow_null=True)
    country = serializers.CharField(max_length=2)
    city = LineField(max_length=80)
    timezone = LineField(max_length=40)
    tagline = LineField(max_length=140)
    maker = LineField(max_length=80, allow_blank=True)
    quote = LineField(max_length=240, allow_blank=True)
    story = TextField(max_length=marketplace_policy.RICH_TEXT_MOST_CHARACTERS, allow_blank=True)
    returns = TextField(max_length=marketplace_policy.RICH_TEXT_MOST_CHARACTERS, allow_blank=True)
    return_days = serializers.IntegerField(min_value=0)
    return_paid_by = serializers.ChoiceField(choices=ReturnPaidBy.choices)
    cancel_policy = serializers.ChoiceField(choices=CancelPolicy.choices)

    def validate_return_days(self, value: int) -> int:
        """A year at most."""
        if problem := shops.return_days_problem(value):
            raise serializers.ValidationError(problem, "return_days")
        return value

    def validate_name(self, value: str) -> str:
        """Its address stays what it was."""
        if shops.is_short(value):
            raise serializers.ValidationError(shops.short_name(), "short_name")
        return value

    def validate_country(self, value: str) -> str:
        """Two letters of ISO 3166."""
        if value not in dict(address_formats.countries()):
            raise serializers.ValidationError(
                _("A country is two capital letters, such as GB"), "unknown_country"
            )
        return value

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """A time zone of the shop's country; asked for when the country changes to one with several."""
        shop: Seller = self.context["shop"]
        if "country" not in attrs and "timezone" not in attrs:
            return attrs
        country = str(attrs.get("country", shop.country))
        zones = time_zones.zones_of(country)
        zone = attrs.get("timezone") or (zones[0] if len(zones) == 1 else shop.timezone)
        if zone not in zones:
            raise serializers.ValidationError({"timezone": [_("Choose the time zone of your shop.")]})
        return attrs | {"timezone": zone}


def serialize(seller: Seller) -> dict[str, object]:
    """The shop as its owner sees it. Two statements."""
    ready = onboarding.readiness(seller)
    texts = (
        "slug",
        "name",
        "status",
        "country",
        "city",
        "tagline",
        "maker",
        "quote",
        "story_html",
        "returns_html",
        "return_days",
        "return_paid_by",
        "cancel_policy",
    )
    return {
        **{name: getattr(seller, name) for name in texts},
        "timezone": time_zones.zone_name(seller),
        "paused_until": seller.paused_until,
        "balances": [
            {"currency": currency, **{name: money(Money(amounts[name], currency)) for name in BALANCES}}
            for currency, amounts in ledger.seller_balances(seller.pk).items()
        ],
        "onboarding": {"status": ready.status, "missing": list(ready.missing)},
    }


class SellerView(APIView):
    """`seller/`"""

    scope = "seller"

    def shop(self, request: Request) -> Seller:
        """The caller's shop. Raises NotFound."""
        found = Seller.objects.filter(user=request.user).first()
        if found is None:
            raise NotFound
        return found

    @extend_schema(responses=OwnShopSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(serialize(self.shop(request)))

    @extend_schema(request=ShopRequest, responses=OwnShopSerializer)
    def patch(self, request: Request) -> Response:
        seller = self.shop(request)
        asked = ShopRequest(data=request.data, partial=True, context={"shop": seller})
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        status, until = wanted.pop("status", None), wanted.pop("paused_until", None)
        html = {HTML[name]: rich_text.from_text(wanted.pop(name)) for name in HTML if name in wanted}
        if wanted or html:
            shops.change(seller, texts=wanted | html)
        if status is not None:
            self._move(request, seller, to=status, until=until)
        return Response(serialize(self.shop(request)))

    def _move(self, request: Request, seller: Seller, *, to: str, until: dt.date | None) -> None:
        if seller.status == Seller.Status.SUSPENDED:
            message = _("This shop is suspended. Staff can open it again")
            raise Refused(409, "invalid_transition", message, current=seller.status)
        try:
            shops.move(seller.pk, to=to, actor=events.Actor.person(request.user, role="seller"), until=until)
        except shops.ShopRefusal as refusal:
            raise Refused(409, "shop_not_ready", refusal.message) from refusal
