"""Kofi is paid by Wise: quote, every answer at every step, and Wise's balance is minus `wise:clearing` at the end (W3)."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import Settings

from banibs.core import events
from banibs.core.money import Money
from payments.gateways import outcomes
from payments.models import Incident
from payouts import policy
from payouts.gateways.wise import recipients, transfers
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.providers.wise import PROVIDER
from payouts.sending import look_up, request_payout, send_payout
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.payouts.scenes import asks, available, broken, earned, method, pays_in, purse
from wallet import ledger

pytestmark = [pytest.mark.django_db]
DAY = 86_400
TELLER = {
    "NGN": ("nigeria", {"legalType": "PRIVATE", "bankCode": "044", "accountNumber": "0690000031"}),
    "GBP": ("sort_code", {"legalType": "PRIVATE", "sortCode": "040075", "accountNumber": "37778842"}),
}


def account(shop: scene.Seller, currency: str = "NGN", **wrong: str) -> PayoutMethod:
    """Kofi's bank account, as Wise knows it after the check."""
    kind, details = TELLER[currency]
    told = {"type": kind, "accountHolderName": "Kofi Mensah", "details": {**details, **wrong}}
    row = method(shop, PayoutMethod.Kind.WISE, destination=told, currency=currency, masked="…0031")
    check = PROVIDER.check(row)
    if check.state == "verified":
        PayoutMethod.objects.filter(pk=row.pk).update(provider_ref=check.provider_ref, masked=check.masked)
    row.refresh_from_db()
    return row


def asked(
    market: scene.Market,
    wise: LocalProvider,
    *,
    there: int = 100_000,
    currency: str = "NGN",
    quoted: bool = True,
) -> tuple[Payout, Money]:
    """Kofi asks for all that he has, with the quote that he saw; so much of our money is at Wise."""
    if there:
        pays_in(wise, "wise", Money(there, "GBP"))
    had = earned(market)
    wise.control("clock", {"advance": 2 * DAY + 60})  # Amara's order has cleared meanwhile
    row = account(market.kofi, currency)
    payout = asks(market.kofi, row, had)
    if quoted:
        Payout.objects.filter(pk=payout.pk).update(quote=PROVIDER.quote(row, had).as_json())
        payout.refresh_from_db()
    return payout, had


def forward(wise: LocalProvider, **time: int) -> None:
    """Both clocks go on, and what is due here is looked up."""
    wise.control("clock", {"advance": time.get("days", 0) * DAY + time.get("minutes", 0) * 60})
    scene.forward(**time)
    look_up.look_up_due()


def before(payout: Payout) -> dt.datetime:
    """A while before it was asked for."""
    return payout.requested_at - dt.timedelta(hours=1)


def attempt_of(payout: Payout) -> PayoutAttempt:
    return payout.attempts.latest("pk")


def fee(amount: Money) -> int:
    """0.62 %, as the local Wise takes it."""
    return (amount.amount * 62 + 5_000) // 10_000


def agrees(wise: LocalProvider) -> None:
    """Wise's own balance is minus our clearing, and the books hold."""
    assert ledger.balance("wise:clearing", "GBP") == Money(-wise.balance(), "GBP")
    assert broken() == []


def refreshed(payout: Payout) -> Payout:
    payout.refresh_from_db()
    return payout


def paid(market: scene.Market, wise: LocalProvider) -> tuple[Payout, Money]:
    """A payout that has arrived."""
    payout, had = asked(market, wise)
    send_payout.send_payout(payout.pk)
    wise.settle()
    forward(wise, minutes=5)
    assert refreshed(payout).status == Payout.Status.PAID
    return payout, had


def test_w3_a_quote_shows_what_arrives_and_banibs_bears_the_fee(
    market: scene.Market, wise: LocalProvider
) -> None:
    quote = PROVIDER.quote(account(market.kofi), Money(10_000, "GBP"))
    assert quote.arrives == Money(18_750_000, "NGN")
    assert (quote.rate, quote.fee) == ("1875.0", Money(62, "GBP"))
    assert quote.id
    assert quote.expires_at is not None
    assert quote.arrives_on is not None


def test_it_is_paid_at_the_confirmed_quote(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = paid(market, wise)
    [transfer] = transfers.listing(since=before(payout))
    assert (transfer.status, transfer.reference) == ("outgoing_payment_sent", payout.number)
    assert wise.balance() == 100_000 - had.amount - fee(had)
    assert ledger.balance("platform:payout_fees", "GBP") == Money(-fee(had), "GBP")
    assert purse(market.kofi, "in_transit").amount == 0
    assert len(wise.calls("/quotes")) == 2  # what the seller saw
    agrees(wise)


def test_in_the_same_currency_nothing_is_converted(market: scene.Market, wise: LocalProvider) -> None:
    quote = PROVIDER.quote(account(market.kofi, "GBP"), Money(10_000, "GBP"))
    assert (quote.arrives, quote.rate, quote.fee) == (Money(10_000, "GBP"), "", Money(62, "GBP"))


@pytest.mark.parametrize("step", ["/v1/transfers", "/quotes", "/payments"])
@pytest.mark.parametrize("do", ["drop", "lose", "error", "hang"])
def test_whatever_answer_does_not_come_it_is_paid_once(
    market: scene.Market, wise: LocalProvider, monkeypatch: pytest.MonkeyPatch, step: str, do: str
) -> None:
    monkeypatch.setattr(policy, "PROVIDER_READ_SECONDS", 1)
    payout, had = asked(market, wise, quoted=False)
    wise.fail_next(do, step, method="POST", status=503, seconds=2)
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    assert purse(market.kofi, "in_transit") == had
    wise.settle()
    forward(wise, minutes=6)
    wise.settle()
    forward(wise, minutes=31)
    assert (refreshed(payout).status, payout.attempt) == (Payout.Status.PAID, 1)
    assert len(transfers.listing(since=before(payout))) == 1
    assert wise.balance() == 100_000 - had.amount - fee(had)
    agrees(wise)


def test_too_many_calls_are_no_answer(market: scene.Market, wise: LocalProvider) -> None:
    payout, _had = asked(market, wise)
    wise.fail_next("error", "/v1/transfers", status=429)
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN


def test_too_little_of_our_money_waits_and_is_tried_again(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise, there=0)
    send_payout.send_payout(payout.pk)
    assert (refreshed(payout).status, payout.waits_for) == (Payout.Status.REQUESTED, "provider_short")
    assert available(market.kofi) == had
    [transfer] = transfers.listing(since=before(payout))
    assert transfer.status == "cancelled"
    agrees(wise)
    pays_in(wise, "wise", Money(100_000, "GBP"))
    send_payout.send_payout(payout.pk)
    wise.settle()
    forward(wise, minutes=6)
    assert (refreshed(payout).status, payout.attempt) == (Payout.Status.PAID, 2)
    agrees(wise)


def test_an_old_quote_is_asked_for_anew_and_kept_on_the_attempt(
    market: scene.Market, wise: LocalProvider
) -> None:
    payout, _had = asked(market, wise)
    forward(wise, minutes=31)
    wise.control("settings", {"rate_shift_bps": -100})  # as much worse as was promised at most
    send_payout.send_payout(payout.pk)
    attempt = attempt_of(payout)
    assert attempt.quote["id"] != refreshed(payout).quote["id"]
    assert attempt.quote["rate"] == "1856.25"
    wise.settle()
    forward(wise, minutes=5)
    assert refreshed(payout).status == Payout.Status.PAID
    agrees(wise)


def test_a_worse_rate_is_asked_about_and_nothing_moves(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise)
    kofi = events.Actor.person(market.kofi.user, role="seller")
    forward(wise, minutes=31)
    wise.control("settings", {"rate_shift_bps": -101})
    send_payout.send_payout(payout.pk)
    assert (refreshed(payout).status, payout.waits_for) == (Payout.Status.REQUESTED, "quote_worse")
    assert available(market.kofi) == had
    assert wise.calls("/v1/transfers") == ["GET /v1/transfers"]
    assert not send_payout.send_payout(payout.pk)  # it waits for Kofi
    agrees(wise)

    worse = PROVIDER.quote(payout.method, had).as_json()
    with pytest.raises(PayoutRefused):
        request_payout.confirm_quote(payout.pk, {**worse, "sends": had.amount - 1}, actor=kofi)
    request_payout.confirm_quote(payout.pk, worse, actor=kofi)
    assert send_payout.send_payout(payout.pk)
    wise.settle()
    forward(wise, minutes=5)
    assert refreshed(payout).status == Payout.Status.PAID
    with pytest.raises(PayoutRefused):
        request_payout.confirm_quote(payout.pk, worse, actor=kofi)
    agrees(wise)


def test_a_quote_that_was_used_is_not_used_again(market: scene.Market, wise: LocalProvider) -> None:
    payout, _had = asked(market, wise)
    wise.control("settings", {"next_transfer": "cancelled"})
    send_payout.send_payout(payout.pk)
    wise.settle()
    forward(wise, minutes=5)
    assert (refreshed(payout).status, payout.failure) == (Payout.Status.FAILED, "funds_refunded")
    assert "Wise" in payout.failure_text
    assert wise.balance() == 100_000  # cancelled in time: it came back whole, the fee too
    agrees(wise)
    wise.control("settings", {"next_transfer": "outgoing_payment_sent"})
    request_payout.try_again(payout.pk, actor=events.SYSTEM)
    send_payout.send_payout(payout.pk)
    wise.settle()
    forward(wise, minutes=6)
    assert refreshed(payout).status == Payout.Status.PAID
    assert attempt_of(payout).quote["id"] != payout.quote["id"]
    agrees(wise)


def test_w3_what_bounces_weeks_later_comes_back_with_less(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = paid(market, wise)
    back = had.amount - 129
    forward(wise, days=21)
    wise.control(f"bounce/{attempt_of(payout).external_id}", {"value": f"{back / 100:.2f}"})
    forward(wise, days=1)
    assert refreshed(payout).status == Payout.Status.RETURNED
    assert (payout.returned_amount, payout.lost_in_conversion) == (back, 129)
    assert available(market.kofi) == Money(back, "GBP")
    assert wise.balance() == 100_000 - fee(had) - 129
    agrees(wise)


@pytest.mark.parametrize("fee_kept", [0, 10])
def test_what_bounces_with_its_fee_is_whole_and_the_fee_is_banibs_again(
    market: scene.Market, wise: LocalProvider, fee_kept: int
) -> None:
    payout, had = paid(market, wise)
    back = had.amount + fee(had) - fee_kept
    wise.control(f"bounce/{attempt_of(payout).external_id}", {"value": f"{back / 100:.2f}"})
    forward(wise, days=2)
    assert (refreshed(payout).returned_amount, payout.lost_in_conversion) == (had.amount, 0)
    assert available(market.kofi) == had
    assert ledger.balance("platform:payout_fees", "GBP") == Money(-fee_kept, "GBP")
    agrees(wise)


def test_it_bounces_before_anybody_has_looked(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise)
    send_payout.send_payout(payout.pk)
    wise.settle()
    wise.control(f"bounce/{attempt_of(payout).external_id}", {"value": f"{(had.amount - 50) / 100:.2f}"})
    forward(wise, minutes=5)
    assert (refreshed(payout).status, payout.lost_in_conversion) == (Payout.Status.RETURNED, 50)
    assert available(market.kofi) == Money(had.amount - 50, "GBP")
    agrees(wise)


def test_what_is_on_its_way_back_is_not_booked_yet(market: scene.Market, wise: LocalProvider) -> None:
    payout, _had = paid(market, wise)
    wise.control(f"bounce/{attempt_of(payout).external_id}", {"wait": True})
    forward(wise, days=2)
    assert refreshed(payout).status == Payout.Status.PAID
    assert available(market.kofi).amount == 0
    agrees(wise)


def test_another_currency_is_an_incident_and_never_a_posting(
    market: scene.Market, wise: LocalProvider
) -> None:
    payout, _had = paid(market, wise)
    wise.control(f"bounce/{attempt_of(payout).external_id}", {"value": "40.00", "currency": "USD"})
    forward(wise, days=2)
    assert refreshed(payout).status == Payout.Status.PAID
    assert available(market.kofi).amount == 0
    assert Incident.objects.get(kind="payout_return_mismatch").detail.endswith("came back as 40.00 USD")


def test_wrong_details_are_said_as_wise_says_them(market: scene.Market, wise: LocalProvider) -> None:
    row = account(market.kofi, accountNumber="1")
    assert PROVIDER.check(row).words == "Please enter a valid accountNumber"
    with pytest.raises(outcomes.Refused) as refused:
        PROVIDER.quote(method(market.kofi, PayoutMethod.Kind.WISE, currency="XTS"), Money(5000, "GBP"))
    assert refused.value.code == "currency_not_supported"


def test_a_recipient_that_wise_has_dropped_is_not_paid(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise, quoted=False)
    ref = payout.method.provider_ref
    assert recipients.read(ref).active
    wise.control(f"forget/{ref}")
    assert PROVIDER.check(payout.method).state == "failed"
    send_payout.send_payout(payout.pk)
    assert (refreshed(payout).status, available(market.kofi)) == (Payout.Status.FAILED, had)
    agrees(wise)


def test_what_is_refused_after_a_silence_has_failed(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise, quoted=False)
    wise.control(f"forget/{payout.method.provider_ref}")
    wise.fail_next("drop", "/v1/transfers", method="POST")
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    forward(wise, minutes=6)
    assert (refreshed(payout).status, available(market.kofi)) == (Payout.Status.FAILED, had)
    agrees(wise)


def test_a_second_factor_is_a_key_that_may_not(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = asked(market, wise)
    wise.control("settings", {"ask_for_sca": True})
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    assert "SCA" in attempt_of(payout).detail
    wise.control("settings", {"ask_for_sca": False})
    forward(wise, minutes=6)
    wise.settle()
    forward(wise, minutes=31)
    assert refreshed(payout).status == Payout.Status.PAID
    assert wise.balance() == 100_000 - had.amount - fee(had)
    agrees(wise)


def test_what_waits_at_wise_can_be_taken_back(market: scene.Market, wise: LocalProvider) -> None:
    wise.control("settings", {"next_transfer": "processing"})
    payout, _had = asked(market, wise)
    send_payout.send_payout(payout.pk)
    told = PROVIDER.bring_back(attempt_of(payout))
    assert told.state == "failed"
    assert wise.balance() == 100_000
    with pytest.raises(outcomes.Refused):
        PROVIDER.bring_back(attempt_of(payout))


def test_what_wise_lists_stands_beside_ours(market: scene.Market, wise: LocalProvider) -> None:
    payout, had = paid(market, wise)
    [seen] = PROVIDER.listed([payout.method])
    assert (seen.amount, seen.state, seen.ours) == (had, "outgoing_payment_sent", payout.number)
    assert PROVIDER.listed([account(market.zuri)]) == []
    assert transfers.balances() == {"GBP": wise.balance()}


def test_what_wise_asks_for_is_read(wise: LocalProvider) -> None:
    [asked_for] = recipients.requirements(source="GBP", target="USD")
    assert (asked_for.type, [one.key for one in asked_for.fields]) == (
        "aba",
        ["abartn", "accountNumber", "accountType"],
    )
    assert asked_for.fields[2].choices == (("CHECKING", "CHECKING"), ("SAVINGS", "SAVINGS"))


def test_without_a_key_it_says_so(settings: Settings) -> None:
    settings.WISE_API_TOKEN = ""
    terms = PROVIDER.terms()
    assert (terms.configured, "WISE_API_TOKEN" in terms.why_not) == (False, True)
