"""What stands around every page: region, categories, and the header's three numbers in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.functional import SimpleLazyObject

from banibs.core.money import Money
from banibs.core.ui.theme import theme_of
from marketplace.cart.contents import SESSION_COUNT
from marketplace.catalogue import categories
from marketplace.regions import lookup as regions
from marketplace.regions.visitor_request import VisitorRequest


@dataclass(frozen=True)
class Header:
    """What the header shows to this visitor."""

    cart_count: int = 0
    wallet: Money | None = None
    unread: int = 0


_SIGNED_IN = """
SELECT (SELECT coalesce(sum(i.quantity), 0) FROM marketplace_cartitem i
          JOIN marketplace_cart c ON c.id = i.cart_id WHERE c.user_id = %(user)s),
       (SELECT balance FROM wallet_account WHERE code = %(account)s AND currency = %(currency)s),
       (SELECT count(*) FROM (SELECT 1 FROM notifications_notice
                               WHERE user_id = %(user)s AND read_at IS NULL AND removed_at IS NULL LIMIT 100) unread)
"""


def header_of(request: VisitorRequest) -> Header:
    """The header of this visitor; nothing is asked for one who is not signed in and has put nothing into a cart."""
    user = request.user
    if not user.is_authenticated:
        return Header(cart_count=request.session.get(SESSION_COUNT, 0))
    currency = request.place.currency
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGNED_IN, {"user": user.pk, "account": f"user:{user.pk}:wallet", "currency": currency}
        )
        count, balance, unread = cursor.fetchone()
    return Header(cart_count=int(count), wallet=Money(balance or 0, currency), unread=unread)


def shop(request: VisitorRequest) -> dict[str, Any]:
    """The context processor of all pages. Costs nothing until the header is drawn."""
    around = SimpleLazyObject(lambda: header_of(request))
    return {
        "region": request.place,
        "regions": regions.places().values(),
        "nav_categories": categories.departments(),
        "cart_count": SimpleLazyObject(lambda: around.cart_count),
        "wallet_balance": SimpleLazyObject(lambda: around.wallet),
        "unread_count": SimpleLazyObject(lambda: around.unread),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "development": settings.DEVELOPMENT,
        "source_url": settings.SOURCE_URL,
    }
