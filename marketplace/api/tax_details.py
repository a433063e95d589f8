"""`seller/tax-details/`: who the caller's shop is for the tax office, its secret fields masked. The page's own rules."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import LineField, Refused, StrictSerializer, known_filters
from banibs.core.api.request import Request
from banibs.users import policy as users_policy
from banibs.users import tax_ids
from banibs.users.accounts import step_up
from marketplace.models import Seller, TaxDetails, TaxForm
from marketplace.sellers import tax_details

_MASKED = "The whole number, or what GET answered to keep it"


class TaxDetailsSerializer(serializers.Serializer[object]):
    """The newest version; `version` is 0 where the shop gave no details yet. Secret fields are masked: "•••• 6789"."""

    version = serializers.IntegerField()
    form = serializers.ChoiceField(choices=TaxForm.choices, allow_blank=True)
    legal_name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    tax_id = serializers.CharField(help_text="Masked")
    vat_number = serializers.CharField(help_text="Masked")
    registration_number = serializers.CharField(help_text="Masked")
    born = serializers.CharField(help_text="Masked")
    birth_place = serializers.CharField(help_text="Masked")
    establishments = serializers.ListField(child=serializers.CharField())


class TaxDetailsRequest(StrictSerializer):
    """All fields: one that is left out is empty. With `version`, only if that is still the newest."""

    digits_allowed = frozenset({"tax_id", "vat_number", "registration_number"})
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0)
    form = serializers.ChoiceField(choices=TaxForm.choices)
    legal_name = LineField(max_length=150)
    line1 = LineField(max_length=200)
    line2 = LineField(max_length=200, required=False, allow_blank=True, default="")
    city = LineField(max_length=100, required=False, allow_blank=True, default="")
    region = LineField(max_length=100, required=False, allow_blank=True, default="")
    postcode = LineField(max_length=20, required=False, allow_blank=True, default="")
    country = LineField(max_length=2)
    tax_id = LineField(
        max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS,
        required=False,
        allow_blank=True,
        default="",
        help_text=_MASKED,
    )
    vat_number = LineField(
        max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS,
        required=False,
        allow_blank=True,
        default="",
        help_text=_MASKED,
    )
    registration_number = LineField(
        max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS,
        required=False,
        allow_blank=True,
        default="",
        help_text=_MASKED,
    )
    born = LineField(max_length=10, required=False, allow_blank=True, default="", help_text="1980-05-31")
    birth_place = LineField(max_length=100, required=False, allow_blank=True, default="")
    establishments = serializers.ListField(
        child=serializers.CharField(max_length=2), required=False, default=list, max_length=len(tax_ids.EU)
    )


class TaxDetailsView(APIView):
    """`seller/tax-details/`: PUT is for a browser session that showed who it is a short while ago; no key may do it."""

    scope = "seller"

    def shop(self, request: Request) -> Seller:
        """The caller's shop. Raises NotFound."""
        found = Seller.objects.filter(user=request.user).first()
        if found is None:
            raise NotFound
        return found

    @extend_schema(responses=TaxDetailsSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(_shape(tax_details.newest(self.shop(request).pk)))

    @extend_schema(request=TaxDetailsRequest, responses=TaxDetailsSerializer)
    def put(self, request: Request) -> Response:
        shop = self.shop(request)
        if request.auth is not None or not step_up.is_fresh(request._request):
            raise Refused(
                403,
                "reauthentication_required",
                _("Show who you are first, at /accounts/reauthenticate/, in the same browser"),
            )
        asked = TaxDetailsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            row, _new = tax_details.save(
                shop, asked.validated_data, user=request.user, based_on=asked.validated_data["version"]
            )
        except ValidationError as wrong:
            raise serializers.ValidationError(wrong.message_dict) from wrong
        except tax_details.Changed as changed:
            message = _("The tax details were changed meanwhile. Look at them, then send yours again")
            raise Refused(409, "tax_details_changed", message, version=changed.newest) from changed
        return Response(_shape(row))


def _shape(row: TaxDetails | None) -> dict[str, Any]:
    return {"version": 0 if row is None else row.version, **tax_details.masked(row)}
