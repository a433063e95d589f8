"""`checkouts/`: buying the cart, and paying what was placed. The same functions as the pages."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events, policy
from banibs.core.api import (
    IDEMPOTENCY_HEADER,
    AmountField,
    LineField,
    MoneySerializer,
    Refused,
    StrictSerializer,
    idempotent,
    idempotent_outside,
    known_filters,
    money,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.api.scopes import require
from banibs.core.idempotency import Answer
from banibs.core.security import access_audit
from banibs.users.models import Address, User
from marketplace.api import serializers as shapes
from marketplace.checkout import refusals
from marketplace.checkout.company import Company
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Order
from marketplace.orders import order_access
from payments.charges import card_payment, change_method, purchase, stripe_checkout
from payments.charges.frozen_wallets import FROM_WALLET
from payments.gateways import outcomes
from payments.gateways.stripe import customers
from payments.models import Intent, Method, Payment
from payments.stripe_answers import explain, tell_staff

STATUS = {
    "insufficient_funds": 402,
    "self_purchase_not_allowed": 403,
    "wallet_frozen": 403,
    "out_of_stock": 409,
    "price_changed": 409,
    "coupon_exhausted": 409,
    "order_already_paid": 409,
    "checkout_expired": 409,
    "payment_processing": 409,
}
KEY = OpenApiParameter(IDEMPOTENCY_HEADER, str, OpenApiParameter.HEADER, required=True)


class CheckoutRequest(StrictSerializer):
    """What is needed to buy the cart."""

    digits_allowed = frozenset({"vat_id"})
    address = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**63 - 1
    )
    payment_method = serializers.ChoiceField(choices=Method.choices, default=Method.WALLET)
    company = LineField(required=False, allow_blank=True, default="", help_text="Whom you buy for")
    vat_id = LineField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Its VAT number; held to its country's check digits",
    )
    expected_total = AmountField(required=False, allow_null=True, default=None, min_value=0)
    digital_consent = serializers.BooleanField(
        required=False,
        default=False,
        help_text="The buyer was told that files are theirs at once, and that they cannot change their mind about them then",
    )


class Wanted(TypedDict):
    """A CheckoutRequest that was found valid."""

    address: int | None
    payment_method: str
    expected_total: int | None
    company: str
    vat_id: str
    digital_consent: bool


class PaymentSerializer(serializers.Serializer[object]):
    """Schema of a payment."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    client_secret = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class CheckoutSerializer(serializers.Serializer[object]):
    """Schema of a checkout."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    total = MoneySerializer()
    company = serializers.CharField(help_text="Whom it was bought for, and its VAT number as printed")
    vat_id = serializers.CharField()
    orders = shapes.OrderSerializer(many=True)
    payment = PaymentSerializer()
    cart_cleared = serializers.BooleanField()


def serialize(number: str, *, user: User) -> dict[str, object]:
    """A checkout of this person with its orders and payment, in a fixed number of statements. Raises NotFound."""
    checkout = order_access.get_bought_checkout(user, number, rows=Checkout.objects.select_related("payment"))
    rows = (
        Order.objects.filter(checkout=checkout)
        .select_related("seller", "checkout")
        .prefetch_related("lines")
        .order_by("id")
    )
    payment = checkout.payment
    intent = (
        Intent.objects.filter(payment=payment, status=Intent.Status.OPEN).first()
        if payment.card_part
        else None
    )
    return {
        "number": checkout.number,
        "status": payment.status,
        "total": money(checkout.money(checkout.total)),
        "company": checkout.company,
        "vat_id": checkout.vat_id,
        "orders": [shapes.order(row) for row in rows],
        "payment": {
            "id": payment.pk,
            "status": payment.status,
            "method": payment.method,
            "client_secret": intent.client_secret or None if intent else None,
            "url": intent.url or None if intent else None,
        },
        "cart_cleared": True,
    }


def refused(refusal: CheckoutRefusal) -> Refused:
    """A refusal to place as the API says it."""
    shown_data = {
        name: money(value) if hasattr(value, "currency") else value for name, value in refusal.data.items()
    }
    return Refused(STATUS.get(refusal.code, 400), refusal.code, refusal.message, **shown_data)


def refused_by_stripe(problem: outcomes.Refused | outcomes.Unknown) -> Refused:
    """What Stripe did not do, as the API says it: refused, or not known. Never in Stripe's words for developers."""
    answer = explain(problem)
    if isinstance(problem, outcomes.Refused):
        return Refused(402, "payment_refused", answer.message)
    if isinstance(problem, outcomes.Slow):
        message = _("Stripe is slow just now. Try again with the same key: you are charged once at most")
        return Refused(503, "busy_try_again", message, retry_after=policy.BUSY_RETRY_SECONDS)
    message = _("Stripe does not answer. Try again with the same key: you are charged once at most")
    return Refused(503, "temporarily_unavailable", message if answer.silent else answer.message)


class NoSuchAddress(NotFound):
    """The address is another's, or there is none of this id: 404, like every other row."""


class CheckoutsView(APIView):
    """`checkouts/`: a key that pays from the wallet needs `wallet:write` too."""

    scope = "orders"

    @extend_schema(request=CheckoutRequest, parameters=[KEY], responses={201: CheckoutSerializer})
    def post(self, request: Request) -> Response:
        asked = CheckoutRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted: Wanted = asked.validated_data
        if wanted["payment_method"] in FROM_WALLET:
            require(request, "wallet:write")
        try:
            response = idempotent(request, scope="checkout", effect=lambda: self._buy(request, wanted))
        except NoSuchAddress:  # outside the transaction that it has undone
            access_audit.record_refusal(request.user, Address.objects.filter(pk=wanted["address"] or 0))
            raise
        if response.data["payment"]["status"] != Payment.Status.SUCCEEDED:
            response.data["payment"] |= opened(response.data["payment"]["id"])
        return response

    def _buy(self, request: Request, wanted: Wanted) -> Answer:
        address = None
        if wanted["address"] is not None:
            row = Address.objects.filter(pk=wanted["address"], user=request.user).first()
            if row is None:
                raise NoSuchAddress
            address = row.snapshot()
        try:
            bought = purchase.buy(
                user=request.user,
                address=address,
                method=wanted["payment_method"],
                expected_total=wanted["expected_total"],
                company=Company(wanted["company"], wanted["vat_id"]),
                digital_consent=wanted["digital_consent"],
            )
        except CheckoutRefusal as refusal:
            raise refused(refusal) from refusal
        return Answer(201, plain(serialize(bought.placed.checkout.number, user=request.user)))


def opened(payment_id: int) -> dict[str, str | None]:
    """After the commit: what a browser needs to go on. A Stripe that is away leaves it to `…/pay/`."""
    payment = Payment.objects.select_related("checkout", "user").get(pk=payment_id)
    try:
        row = (
            stripe_checkout.begin(payment)
            if payment.method == Method.STRIPE_CHECKOUT
            else card_payment.pay_by_card(payment, user=payment.user)
        )
    except (outcomes.Unknown, outcomes.Refused) as problem:
        tell_staff(problem)
        return {}
    except card_payment.NotPayable:
        return {}
    return {"client_secret": row.client_secret or None, "url": row.url or None}


class CheckoutView(APIView):
    """`checkouts/{number}/`"""

    scope = "orders"

    @extend_schema(responses=CheckoutSerializer)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request)
        return Response(serialize(number, user=request.user))


class PayRequest(StrictSerializer):
    """How to pay what was placed. With `payment_method` (a saved card's id, or a way to pay) the server goes ahead."""

    payment_method = serializers.CharField(required=False, max_length=80, default="")


class PayView(APIView):
    """`checkouts/{number}/pay/`: a client_secret for the browser, or paid by the server with a saved card.

    A key that pays from the wallet, all or a part, needs `wallet:write` too.
    """

    scope = "orders"

    @extend_schema(request=PayRequest, parameters=[KEY], responses=CheckoutSerializer)
    def post(self, request: Request, number: str) -> Response:
        asked = PayRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        payment = access_audit.get_own_or_404(
            Payment.objects.select_related("checkout").filter(checkout__number=number, user=request.user),
            among=Checkout.objects.filter(number=number),
            user=request.user,
        )
        wanted = asked.validated_data["payment_method"]
        if wanted in FROM_WALLET or (wanted not in Method.values and payment.wallet_part):
            require(request, "wallet:write")
        return idempotent_outside(
            request, scope=f"pay:{number}", work=lambda: self._paid(request, payment, wanted)
        )

    def _paid(self, request: Request, payment: Payment, wanted: str) -> Answer:
        if payment.status == Payment.Status.SUCCEEDED:
            raise Refused(409, "order_already_paid", _("This order is paid already"))
        try:
            self._pay(request, payment, wanted)
        except CheckoutRefusal as refusal:
            raise refused(refusal) from refusal
        except (outcomes.Refused, outcomes.Unknown) as problem:
            raise refused_by_stripe(problem) from problem
        number = payment.checkout.number  # type: ignore[union-attr]  # found by it
        return Answer(200, plain(serialize(number, user=request.user)))

    def _pay(self, request: Request, payment: Payment, wanted: str) -> None:
        actor = events.Actor.person(request.user, role="buyer")
        if wanted in Method.values:
            payment = change_method.pay_again(payment.pk, method=wanted, actor=actor)
            wanted = ""
        if not payment.card_part:
            return
        try:
            if payment.method == Method.STRIPE_CHECKOUT and not wanted:
                stripe_checkout.begin(payment)
            else:
                card_payment.pay_by_card(payment, user=request.user, card=wanted)
        except customers.NotYours as foreign:
            raise NotFound from foreign
        except card_payment.Declined as declined:
            message = _("Payment declined. Please try another method")
            raise Refused(402, "card_declined", message, reason=declined.message) from declined
        except card_payment.NotPayable as over:
            if over.status in ("expired", Payment.Status.CANCELED):
                raise refused(refusals.checkout_expired()) from over
            if over.status == "wallet_frozen":
                raise refused(refusals.wallet_frozen()) from over
            raise Refused(409, "order_already_paid", _("This order is not waiting for a card")) from over
