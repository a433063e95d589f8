"""Files are there at once: Amara is told so beside the button, and then cannot change her mind about them."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from banibs.developers import keys
from marketplace.models import Checkout, Order
from payments.cases import answers, opening
from payments.cases.refused import CaseRefused
from payments.models import Case
from tests import market as scene
from tests.payments.cases.scenes import broken, complained, fresh
from tests.promises.helpers import plain
from tests.shopping import buys, tell

pytestmark = pytest.mark.django_db
PAY = "/checkout/payment/"
TOLD = "cannot change your mind about them afterwards"


def at_the_till(*wanted: str) -> tuple[scene.Market, Client, str]:
    """Amara before the button, with these in her cart."""
    market = scene.opened()
    scene.put_in_cart(market.amara, *((getattr(market, name), 1) for name in wanted))
    amara = Client()
    amara.force_login(market.amara)
    amara.cookies["region"] = "GB"
    return market, amara, plain(amara.get(PAY).content)


def pays(market: scene.Market, amara: Client, **form: str) -> Checkout:
    """She presses the button: the form as the page has it, and what is in `form`."""
    raw = amara.get(PAY).content.decode()
    consent = {"digital_consent": "1"} if 'name="digital_consent" value="1"' in raw else {}
    fields = {"key": "k", "address": str(market.amara.addresses.get().pk), "method": "wallet"}
    total = raw.split('name="expected_total" value="')[1].split('"')[0]
    amara.post(PAY, {**fields, "expected_total": total, **consent, **form})
    return Checkout.objects.get()


def test_it_is_said_beside_the_button_and_kept_with_the_purchase() -> None:
    market, amara, page = at_the_till("zine", "jar")
    assert TOLD in page
    checkout = pays(market, amara)
    assert checkout.digital_consent_at is not None


def test_of_parcels_alone_nothing_is_said_and_nothing_is_kept() -> None:
    market, amara, page = at_the_till("jar")
    assert TOLD not in page
    checkout = pays(market, amara, digital_consent="1")
    assert checkout.digital_consent_at is None


def test_who_was_told_cannot_send_files_back_but_may_say_that_they_are_broken() -> None:
    market, amara, _page = at_the_till("zine")
    order = pays(market, amara).orders.get()
    assert opening.kinds_for(fresh(order)) == ["not_as_described"]
    with pytest.raises(CaseRefused) as refusal:
        complained(market, order, "return", "Too many pages.")
    assert refusal.value.code == "invalid_transition"
    assert (Case.objects.count(), fresh(order).case_open) == (0, False)


def test_who_was_not_told_may_change_their_mind_and_no_parcel_is_asked_for() -> None:
    market = scene.opened()
    before = market.wallet()
    order = buys(market, (market.zine, 1)).orders.get()
    assert opening.kinds_for(fresh(order)) == ["not_as_described", "return"]
    case = complained(market, order, "return", "Too many pages.")
    assert answers.kinds_offered(case) == ["refund", "part"]
    answers.propose(case.pk, kind="refund", user=market.zuri.user)
    answers.accept(case.pk, user=market.amara)
    assert (fresh(order).status, market.wallet()) == ("refunded", before)
    tell()
    assert broken() == []

    other = buys(market, (market.zine, 1)).orders.get()
    scene.forward(days=other.return_days + 1)
    with pytest.raises(CaseRefused) as refusal:
        complained(market, other, "return", "Too many pages.")
    assert refusal.value.code == "refund_window_over"


@pytest.mark.parametrize("told", [True, False])
def test_a_program_says_whether_its_buyer_was_told(told: bool) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.zine, 1))
    _row, text = keys.create(market.amara, name="test", scopes=("*",))
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    body = {"address": market.amara.addresses.get().pk, "payment_method": "wallet", "digital_consent": told}
    answer = program.post("/api/v1/checkouts/", body, format="json", headers={"Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.content
    assert (Checkout.objects.get().digital_consent_at is not None) is told
    assert ("return" in opening.kinds_for(fresh(Order.objects.get()))) is not told
