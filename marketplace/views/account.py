"""The first page of an account: the last orders, the wallet, and three first steps for who is new."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core.money import Money
from banibs.users.current_user import current_user
from banibs.users.models import Address
from marketplace import policy
from marketplace.models import Download, Seller
from marketplace.orders import history
from marketplace.regions.visitor_request import VisitorRequest
from wallet import ledger


@require_safe
@login_required
@never_cache
def overview(request: VisitorRequest) -> HttpResponse:
    """What is going on, in eight statements."""
    user = current_user(request)
    orders = list(history.for_buyer(user).order_by("-id")[: policy.ACCOUNT_LAST_ORDERS])
    here: str = request.place.currency
    held = {
        code: Money(amounts["available"], code) for code, amounts in ledger.wallet_balances(user.pk).items()
    }
    context = {
        "orders": orders,
        "balance": held.pop(here, Money(0, here)),
        "others": [balance for balance in held.values() if balance],
        "files": Download.objects.filter(user=user)[:100].count(),
        "addresses": Address.objects.filter(user=user)[:100].count(),
        "verified": user.email_is_verified(),
        "shop": Seller.objects.filter(user=user).first(),
    }
    return render(request, "marketplace/account/overview.html", context)
