"""`wallet/from-earnings/`: a shop's available money goes to its owner's wallet."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    AmountField,
    MoneySerializer,
    Refused,
    StrictSerializer,
    idempotent,
    money,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.idempotency import Answer
from banibs.core.money import Money
from marketplace.models import Seller
from payments.api.checkouts import KEY
from payouts.earnings_to_wallet import move_to_wallet
from payouts.sending.refusals import PayoutRefused
from wallet import ledger


class FromEarningsRequest(StrictSerializer):
    """How much, in minor units of a balance."""

    amount = AmountField()
    currency = serializers.CharField(min_length=3, max_length=3)


class FromEarningsSerializer(serializers.Serializer[object]):
    """What was moved, and what is left of it there and here."""

    amount = MoneySerializer()
    available = MoneySerializer(help_text="Of the shop, after it")
    wallet = MoneySerializer(help_text="What the owner can spend, after it")


class FromEarningsView(APIView):
    """`wallet/from-earnings/`. It takes from the shop as a payout does, and needs the same right."""

    scope = "payouts"

    @extend_schema(request=FromEarningsRequest, parameters=[KEY], responses={201: FromEarningsSerializer})
    def post(self, request: Request) -> Response:
        asked = FromEarningsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        shop = Seller.objects.filter(user=request.user).first()
        if shop is None:
            raise NotFound
        amount = Money(asked.validated_data["amount"], asked.validated_data["currency"].upper())
        return idempotent(request, scope="earnings_to_wallet", effect=lambda: _moved(request, shop, amount))


def _moved(request: Request, shop: Seller, amount: Money) -> Answer:
    try:
        actor = events.Actor.person(request.user, role="seller")
        move_to_wallet(seller_id=shop.pk, amount=amount, actor=actor)
    except PayoutRefused as refused:
        fields = {refused.field: [refused.message]} if refused.field else None
        raise Refused(refused.status, refused.code, refused.message, fields=fields) from refused
    left = ledger.seller_balances(shop.pk)[amount.currency]["available"]
    mine = ledger.wallet_balances(shop.user_id)[amount.currency]["available"]
    return Answer(
        201,
        plain(
            {
                "amount": money(amount),
                "available": money(Money(left, amount.currency)),
                "wallet": money(Money(mine, amount.currency)),
            }
        ),
    )
