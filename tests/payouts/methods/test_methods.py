"""Where a shop's money goes: added, it waits; checked, named, made the default, removed; each change is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F

from banibs.core import clock
from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.security import encryption
from marketplace.models import Seller
from payments.models import Incident
from payouts import policy
from payouts.methods import change_method, destinations, of_shop, offers, verify_method
from payouts.methods.refusals import MethodRefused
from payouts.models import Payout, PayoutMethod, PayoutSchedule
from payouts.providers.interface import Progress
from payouts.sending import can_send, send_payout
from payouts.sending.refusals import PayoutRefused
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests import people
from tests.payouts import scenes
from tests.payouts.methods.typed import ADDRESS, CRYPTO, WISE, adds, owner

pytestmark = pytest.mark.django_db
SOLANA = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"


def refused(shop: Seller, kind: str, typed: dict[str, str]) -> MethodRefused:
    before = PayoutMethod.objects.count(), Event.objects.count()
    with pytest.raises(MethodRefused) as raised:
        adds(shop, kind, typed)
    assert (PayoutMethod.objects.count(), Event.objects.count()) == before
    return raised.value


def test_kofi_adds_a_crypto_address_which_is_sealed_masked_verified_and_waits_72_hours() -> None:
    kofi = people.kofi()

    row = adds(kofi, "crypto", CRYPTO, name="  My   wallet ")

    assert (row.state, row.masked, row.name, row.is_default) == ("verified", "0x5aAe…eAed", "My wallet", True)
    assert str(row) == "USDC Polygon 0x5aAe…eAed"
    assert ADDRESS not in bytes(row.destination).decode()
    assert ADDRESS in encryption.decrypt(bytes(row.destination))
    assert dict(destinations.unsealed(row)) == {"address": ADDRESS}
    assert can_send.method_problem(row) == "method_cooling_off"
    assert abs(row.usable_from - row.created_at - policy.METHOD_WAITS) < dt.timedelta(seconds=1)
    scene.forward(hours=71, minutes=59)
    assert can_send.method_problem(row) == "method_cooling_off"
    scene.forward(minutes=2)
    assert can_send.method_problem(row) == ""
    event = Event.objects.get(kind="payout_method.added")
    assert ADDRESS not in str(event.data)
    assert event.actor_id == kofi.user_id


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"address": SOLANA}, "address", "Solana"),
        ({"network": "solana"}, "address", "Ethereum"),
        ({"network": "tron"}, "network", "Polygon"),
        ({"asset": "DAI", "network": "solana"}, "network", "would be lost"),
        ({"asset": "DOGE"}, "asset", "coin"),
        ({"address": ADDRESS.lower()}, "last_signs", "last 6 signs"),
        ({"address": ADDRESS.lower(), "last_signs": "abcdef"}, "last_signs", "not the last"),
        ({"address": ADDRESS.replace("5aAe", "5AAe")}, "address", "wrong"),
    ],
)
def test_a_crypto_address_that_cannot_work_is_refused_in_words_beside_its_field(
    change: dict[str, str], field: str, says: str
) -> None:
    wrong = refused(people.kofi(), "crypto", {**CRYPTO, **change})
    assert (wrong.code, wrong.status, list(wrong.fields)) == ("destination_invalid", 400, [field])
    assert says in wrong.fields[field]


def test_a_kind_that_cannot_work_in_the_shops_country_is_not_offered_and_says_why() -> None:
    kofi, zuri = people.kofi(), people.zuri()
    by_kind = {one.kind: one for one in offers.offers(kofi)}
    assert "does not pay out in Ghana" in by_kind["paypal"].why_not
    assert by_kind["crypto"].why_not == ""
    assert "Ghana" not in next(one.why_not for one in offers.offers(zuri) if one.kind == "paypal")
    assert refused(kofi, "paypal", {"email": "kofi@example.com"}).code == "currency_not_supported"
    Seller.objects.filter(pk=kofi.pk).update(country="EG")
    kofi.refresh_from_db()
    assert refused(kofi, "crypto", CRYPTO).code == "currency_not_supported"
    assert refused(kofi, "stripe_connect", {}).code == "destination_invalid"


def test_a_bank_at_wise_is_read_by_its_currency_and_every_wrong_field_is_named_at_once() -> None:
    read = destinations.read("wise", WISE, country="GH")
    assert (read.country, read.currency, read.masked) == ("GB", "GBP", "GBP •••• 5678")
    assert dict(read.details) == {
        "type": "sort_code",
        "currency": "GBP",
        "accountHolderName": "Kofi Mensah",
        "details": {"sortCode": "403020", "accountNumber": "12345678", "legalType": "PRIVATE"},
    }
    with pytest.raises(MethodRefused) as raised:
        destinations.read("wise", {"currency": "USD", "holder": "Kofi", "abartn": "111000026"}, country="GH")
    wrong = {"holder", "abartn", "accountNumber", "accountType", "firstLine", "city", "state", "postCode"}
    assert set(raised.value.fields) == wrong
    with pytest.raises(MethodRefused) as raised:
        destinations.read("wise", {**WISE, "currency": "EUR", "IBAN": "GB33BUKB20201555555555"}, country="GH")
    assert (raised.value.code, list(raised.value.fields)) == ("currency_not_supported", ["IBAN"])


def test_the_same_account_told_otherwise_is_the_same_destination() -> None:
    one = destinations.read("wise", WISE, country="GH")
    other = destinations.read("wise", {**WISE, "legal_type": "BUSINESS", "sortCode": "403020"}, country="KE")
    assert one.fingerprint == other.fingerprint
    assert len(one.fingerprint) == 64
    paypal = [
        destinations.read("paypal", {"email": text}, country="KE") for text in ("Zuri@a.com", "zuri@A.com")
    ]
    assert paypal[0].fingerprint == paypal[1].fingerprint


def test_the_same_destination_twice_is_one_and_at_another_shop_staff_are_told() -> None:
    kofi, zuri = people.kofi(), people.zuri()
    adds(kofi, "crypto", CRYPTO)
    assert refused(kofi, "crypto", CRYPTO).code == "method_exists"
    assert not Incident.objects.exists()

    adds(zuri, "crypto", CRYPTO)

    incident = Incident.objects.get()
    assert incident.kind == "payout_method_shared"
    assert "zuri-sounds" in incident.detail
    assert "kofi-weaves" in incident.detail
    assert ADDRESS not in incident.detail


def test_a_shop_adds_only_so_many_in_a_day_even_when_it_removes_them_again() -> None:
    kofi = people.kofi()
    for _ in range(policy.METHODS_ADDED_MOST):
        row = adds(kofi, "crypto", CRYPTO)
        change_method.remove(kofi.pk, row.pk, actor=owner(kofi))
    assert refused(kofi, "crypto", CRYPTO).code == "too_many_methods"
    scene.forward(hours=25)
    assert adds(kofi, "crypto", CRYPTO).pk


def test_removed_and_added_again_it_waits_again_its_schedules_end_and_another_becomes_the_default() -> None:
    kofi = people.kofi()
    first = adds(kofi, "crypto", CRYPTO)
    second = adds(kofi, "crypto", {"asset": "SOL", "network": "solana", "address": SOLANA})
    assert (first.is_default, second.is_default) == (True, False)
    schedule = PayoutSchedule.objects.create(
        seller=kofi,
        method=first,
        currency="GBP",
        cadence="weekly",
        weekday=0,
        next_on=clock.now().date(),
        created_by=kofi.user,
    )
    scene.forward(hours=80)

    change_method.remove(kofi.pk, first.pk, actor=owner(kofi))

    schedule.refresh_from_db()
    assert (schedule.state, schedule.next_on) == ("ended", None)
    assert Event.objects.get(kind="payout_schedule.ended").reason == "method_removed"
    assert of_shop.found(kofi.pk, second.pk).is_default
    with pytest.raises(MethodRefused):
        change_method.remove(kofi.pk, first.pk, actor=owner(kofi))
    again = adds(kofi, "crypto", CRYPTO)
    assert can_send.method_problem(again) == "method_cooling_off"


def test_only_its_own_shop_can_change_a_destination() -> None:
    kofi, zuri = people.kofi(), people.zuri()
    row = adds(kofi, "crypto", CRYPTO)
    for verb in (
        change_method.make_default,
        change_method.remove,
        change_method.confirm_first,
        verify_method.verify,
    ):
        with pytest.raises(MethodRefused):
            verb(zuri.pk, row.pk, actor=owner(zuri))
    with pytest.raises(MethodRefused):
        change_method.rename(zuri.pk, row.pk, "Mine", actor=owner(zuri))
    row.refresh_from_db()
    assert (row.name, row.removed_at, row.is_default) == ("", None, True)


def test_a_payout_that_waits_for_a_destination_which_is_removed_is_canceled_and_nothing_moves() -> None:
    market = scene.opened(wallet=100_000)
    scenes.earned(market)
    kofi = market.kofi
    row = scenes.method(kofi)
    there = scenes.available(kofi)
    payout = scenes.asks(kofi, row, there)

    change_method.remove(kofi.pk, row.pk, actor=owner(kofi))
    send_payout.send_due()

    payout.refresh_from_db()
    assert payout.status == Payout.Status.CANCELED
    assert scenes.available(kofi) == there
    assert scenes.broken() == []


def test_the_first_payout_to_a_crypto_address_is_small_and_more_waits_until_the_seller_saw_it_arrive() -> (
    None
):
    market = scene.opened(wallet=1_000_000)
    scenes.earned(market, times=3)
    kofi = market.kofi
    row = adds(kofi, "crypto", CRYPTO)
    PayoutMethod.objects.filter(pk=row.pk).update(usable_from=F("created_at"))
    row.refresh_from_db()
    small = Money(policy.FIRST_CRYPTO_PAYOUT["GBP"], "GBP")
    there = scenes.available(kofi)
    assert there > small + small
    with pytest.raises(PayoutRefused) as large:
        scenes.asks(kofi, row, small + Money(1, "GBP"))
    assert large.value.code == "payout_above_maximum"
    assert "first payout" in large.value.message
    first = scenes.asks(kofi, row, small)
    with pytest.raises(PayoutRefused) as second:
        scenes.asks(kofi, row, small)
    assert second.value.code == "not_confirmed"
    with pytest.raises(MethodRefused):
        change_method.confirm_first(kofi.pk, row.pk, actor=owner(kofi))
    assert scenes.available(kofi) == there

    send_payout.send_due()
    sync_payout(first.attempts.get().pk, Progress("paid"))
    with pytest.raises(PayoutRefused) as unconfirmed:
        scenes.asks(kofi, row, small)
    assert unconfirmed.value.code == "not_confirmed"
    change_method.confirm_first(kofi.pk, row.pk, actor=owner(kofi))

    row.refresh_from_db()
    first.refresh_from_db()
    assert first.status == Payout.Status.PAID
    assert scenes.asks(kofi, row, small + Money(1, "GBP")).pk
    assert Event.objects.filter(kind="payout_method.confirmed").count() == 1


def test_destinations_are_sealed_anew_under_todays_key_and_stay_the_same(settings: object) -> None:
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    before, mark = bytes(row.destination), row.fingerprint
    assert destinations.seal_anew() == 1
    row.refresh_from_db()
    assert bytes(row.destination) != before
    assert (dict(destinations.unsealed(row)), row.fingerprint) == ({"address": ADDRESS}, mark)
