"""`addresses/`: where a person's parcels go."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    LineField,
    StrictSerializer,
    known_filters,
    page_of,
)
from banibs.core.api.request import Request
from banibs.core.security import access_audit
from banibs.users.addresses import address_formats, address_rules
from banibs.users.models import Address

FIELDS = ("id", "name", "line1", "line2", "city", "region", "postcode", "country", "phone", "is_default")


class AddressSerializer(serializers.ModelSerializer[Address]):
    """An address in an answer."""

    class Meta:
        model = Address
        fields = FIELDS
        read_only_fields = FIELDS


AddressPage = page_of(AddressSerializer, "Address")


class AddressRequest(StrictSerializer):
    """An address in a request. Name and country are enough to be billed for digital goods."""

    name = LineField(max_length=150)
    line1 = LineField(max_length=200, required=False, allow_blank=True)
    line2 = LineField(max_length=200, required=False, allow_blank=True)
    city = LineField(max_length=100, required=False, allow_blank=True)
    region = LineField(max_length=100, required=False, allow_blank=True)
    postcode = LineField(max_length=20, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2)
    phone = LineField(max_length=20, required=False, allow_blank=True)
    is_default = serializers.BooleanField(required=False)

    def validate_country(self, value: str) -> str:
        """Two letters of ISO 3166."""
        if value not in dict(address_formats.countries()):
            raise serializers.ValidationError(
                _("A country is two capital letters, such as GB"), "unknown_country"
            )
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is given is right for its country, and stored as the pages store it."""
        country = str(attrs.get("country") or getattr(self.instance, "country", ""))
        given = {name: attrs[name] for name in address_rules.LINES if name in attrs}
        if self.instance is not None and "country" in attrs:  # what stays must be right there too
            given = {name: getattr(self.instance, name) for name in address_rules.LINES} | given
        return attrs | address_rules.clean_lines(given, country=country)


def save(address: Address, values: dict[str, Any]) -> Address:
    """Writes an address; making it the default takes that from the one that was."""
    with transaction.atomic():
        if values.get("is_default"):
            Address.objects.filter(user=address.user, is_default=True).exclude(pk=address.pk).update(
                is_default=False
            )
        for name, value in values.items():
            setattr(address, name, value)
        address.save()
    return address


class AddressesView(APIView):
    """`addresses/`"""

    scope = "orders"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=AddressPage)
    def get(self, request: Request) -> Response:
        known_filters(request, *PAGING)
        pages = KeysetPage()
        rows = pages.paginate_queryset(
            Address.objects.filter(user=request.user).order_by("-pk"), request, view=self
        )
        return pages.get_paginated_response(AddressSerializer(rows, many=True).data)

    @extend_schema(request=AddressRequest, responses={201: AddressSerializer})
    def post(self, request: Request) -> Response:
        asked = AddressRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(
            AddressSerializer(save(Address(user=request.user), asked.validated_data)).data, status=201
        )


class AddressView(APIView):
    """`addresses/{id}/`"""

    scope = "orders"

    def address(self, request: Request, pk: int) -> Address:
        """The caller's address by this id."""
        return access_audit.get_own_or_404(
            Address.objects.filter(pk=pk, user=request.user),
            among=Address.objects.filter(pk=pk),
            user=request.user,
        )

    @extend_schema(responses=AddressSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        return Response(AddressSerializer(self.address(request, pk)).data)

    @extend_schema(request=AddressRequest, responses=AddressSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        address = self.address(request, pk)
        asked = AddressRequest(address, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(AddressSerializer(save(address, asked.validated_data)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        self.address(request, pk).delete()
        return Response(status=204)
