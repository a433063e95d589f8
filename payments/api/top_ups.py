"""`wallet/top-ups/`: what a program may begin, and a browser finishes at Stripe."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import AmountField, MoneySerializer, Refused, StrictSerializer, idempotent, money
from banibs.core.api.request import Request
from banibs.core.idempotency import Answer
from banibs.core.money import Money
from payments.api.checkouts import KEY, PaymentSerializer, refused_by_stripe
from payments.charges import card_payment, top_ups
from payments.gateways import outcomes
from payments.models import Payment


class TopUpRequest(StrictSerializer):
    """How much to add, in minor units."""

    amount = AmountField()
    currency = serializers.CharField(min_length=3, max_length=3)


class TopUpSerializer(serializers.Serializer[object]):
    """A top-up and the payment that waits for a card."""

    amount = MoneySerializer()
    payment = PaymentSerializer()


class TopUpsView(APIView):
    """`wallet/top-ups/`"""

    scope = "wallet"

    @extend_schema(request=TopUpRequest, parameters=[KEY], responses={201: TopUpSerializer})
    def post(self, request: Request) -> Response:
        asked = TopUpRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        amount = Money(asked.validated_data["amount"], asked.validated_data["currency"].upper())
        answer = idempotent(request, scope="top_up", effect=lambda: self._create(request, amount))
        payment = Payment.objects.get(pk=answer.data["id"], user=request.user)
        return Response(
            self._shown(request, payment), status=answer.status_code, headers=dict(answer.headers)
        )

    def _create(self, request: Request, amount: Money) -> Answer:
        try:
            payment = top_ups.create(user=request.user, amount=amount)
        except top_ups.TopUpRefused as refused:
            raise Refused(
                400, "invalid_amount", refused.message, fields={"amount": [refused.message]}
            ) from refused
        return Answer(201, {"id": payment.pk})

    def _shown(self, request: Request, payment: Payment) -> dict[str, object]:
        secret = None
        if payment.status != Payment.Status.SUCCEEDED:
            try:
                secret = card_payment.pay_by_card(payment, user=request.user).client_secret or None
            except (outcomes.Unknown, outcomes.Refused) as problem:
                raise refused_by_stripe(problem) from problem
            except card_payment.NotPayable as over:
                raise Refused(409, "top_up_over", _("This top-up has expired. Start another")) from over
        return {
            "amount": money(payment.money(payment.amount)),
            "payment": {
                "id": payment.pk,
                "status": payment.status,
                "method": payment.method,
                "client_secret": secret,
                "url": None,
            },
        }
