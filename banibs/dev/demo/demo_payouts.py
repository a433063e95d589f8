"""The demo's sellers have somewhere to be paid: a bank account by Wise, a payout on its way there, and one every Friday.

Once per shop, with the verbs that a seller's own pages call, against the local Wise alone. Their destinations are known
long enough: nobody waits three days to look round.
"""

from __future__ import annotations

import unicodedata

import structlog
from django.db.models import F

from banibs.core import events
from banibs.core.money import Money
from banibs.dev.demo import provider_money
from banibs.dev.demo.people import SELLERS
from marketplace.models import Seller
from payouts.methods import add_method, verify_method
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.schedules import changes
from payouts.schedules.due_dates import Rule
from payouts.sending import can_send, request_payout
from payouts.sending.refusals import PayoutRefused

CURRENCY = "GBP"
FRIDAY = 4
ACCOUNT = {"currency": CURRENCY, "legal_type": "PRIVATE", "sortCode": "40-30-20"}
FIRST_NUMBER = 12_345_000  # of the accounts; each shop has one of its own
log = structlog.get_logger(__name__)


def set_up() -> int:
    """Gives each demo seller without a destination one, and pays half of what is there; returns how many it gave. One
    query when there is nothing to do, none without a local Wise.
    """
    if "wise" not in provider_money.local():
        return 0
    done = 0
    for shop in Seller.objects.filter(user__email__in=SELLERS, payout_methods=None).select_related("user"):
        try:
            _set_up(shop)
            done += 1
        except (MethodRefused, PayoutRefused) as refused:
            log.warning("demo_payouts.refused", shop=shop.slug, code=refused.code)
    return done


def _set_up(shop: Seller) -> None:
    seller = events.Actor.person(shop.user, role="seller")
    number = str(FIRST_NUMBER + shop.pk % 1_000)
    typed = {**ACCOUNT, "holder": _plain(shop.user.name or shop.name), "accountNumber": number}
    row = add_method.add_method(
        shop, PayoutMethod.Kind.WISE, typed, user_id=shop.user_id, actor=seller, name="UK account"
    )
    PayoutMethod.objects.filter(pk=row.pk).update(usable_from=F("created_at"), is_default=True)
    verify_method.verify(shop.pk, row.pk, actor=seller)
    half = Money(can_send.available(shop.pk, CURRENCY).amount // 2, CURRENCY)
    weekly = changes.Wanted(row.pk, CURRENCY, Rule("weekly", weekday=FRIDAY))
    changes.create_schedule(seller_id=shop.pk, wanted=weekly, user_id=shop.user_id, actor=seller)
    if half >= can_send.limits(row, CURRENCY)[0]:
        request_payout.request_payout(
            seller_id=shop.pk, method_id=row.pk, amount=half, user_id=shop.user_id, actor=seller
        )


def _plain(name: str) -> str:
    """As a bank in London writes it: without the marks of Yoruba, which Wise does not take in a holder's name."""
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
