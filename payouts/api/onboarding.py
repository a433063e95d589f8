"""`seller/onboarding-link/`: the link at which a seller goes on at Stripe."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import Refused
from banibs.core.api.request import Request
from banibs.users.accounts import step_up
from marketplace.models import Seller
from payments.api.checkouts import refused_by_stripe
from payments.gateways import outcomes
from payments.stripe_answers import explain
from payouts import onboarding
from payouts.methods import bank


class LinkSerializer(serializers.Serializer[object]):
    """Where the seller goes on."""

    url = serializers.CharField()


class OnboardingLinkView(APIView):
    """`seller/onboarding-link/`"""

    scope = "seller"

    @extend_schema(request=None, responses={201: LinkSerializer})
    def post(self, request: Request) -> Response:
        seller = Seller.objects.select_related("user").filter(user=request.user).first()
        if seller is None:
            raise NotFound
        if bank.has_bank(seller.pk) and (request.auth is not None or not step_up.is_fresh(request._request)):
            raise Refused(
                403,
                "reauthentication_required",
                _("Show who you are first, at /accounts/reauthenticate/, in the same browser"),
            )
        site = settings.SITE_URL.rstrip("/")
        try:
            url = onboarding.link(
                seller,
                url=site + reverse("marketplace:shop", args=[seller.slug]),
                return_url=site + reverse("payouts:onboarding_return"),
                refresh_url=site + reverse("payouts:onboarding"),
            )
        except onboarding.NotOffered as there:
            raise Refused(409, "payouts_not_offered", there.message) from there
        except outcomes.Unknown as unknown:
            raise refused_by_stripe(unknown) from unknown
        except outcomes.Refused as refused:
            raise Refused(409, "onboarding_refused", explain(refused).message) from refused
        return Response({"url": url}, status=201)
