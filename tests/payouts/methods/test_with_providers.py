"""Zuri adds PayPal and Kofi a bank at Wise, as their pages ask; each provider's own check decides."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from banibs.core.security import encryption
from payouts.methods import offers, verify_method
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from tests import people
from tests.payouts.local_providers import LocalProvider
from tests.payouts.methods.typed import PAYPAL, WISE, adds, fresh, owner
from tests.promises.helpers import sent

pytestmark = pytest.mark.django_db
LIST = "/seller/payouts/methods/"


def test_zuris_paypal_is_checked_by_a_worker_and_shown_masked(paypal: LocalProvider) -> None:
    zuri = people.zuri()
    client = fresh(zuri)
    wrong = client.post(LIST + "add/paypal/", {"email": "zuri at example", "name": "Mine"})
    assert wrong.status_code == 400
    assert 'value="zuri at example"' in wrong.content.decode()
    assert client.post(LIST + "add/paypal/", PAYPAL).status_code == 302
    row = PayoutMethod.objects.get()
    assert (row.state, row.masked) == ("checking", "zu•••@example.com")
    assert "zuri.sounds@example.com" in encryption.decrypt(bytes(row.destination))
    assert verify_method.check_due() == 1
    row.refresh_from_db()
    assert (row.state, row.verified_at is not None) == ("verified", True)
    assert "zuri.sounds" not in client.get(LIST).content.decode()
    assert "zu•••@example.com" in sent(zuri.user)
    assert len(mail.outbox) == 1


def test_kofis_bank_becomes_a_recipient_at_wise_once_however_often_it_is_verified(
    wise: LocalProvider,
) -> None:
    kofi = people.kofi()
    client = fresh(kofi)
    page = client.post(LIST + "add/wise/", {"change": "1", "currency": "GBP", "holder": "Kofi Mensah"})
    assert "Sort code" in page.content.decode()
    assert 'value="Kofi Mensah"' in page.content.decode()
    assert client.post(LIST + "add/wise/", {**WISE, "sortCode": "12"}).status_code == 400
    assert client.post(LIST + "add/wise/", WISE).status_code == 302
    row = PayoutMethod.objects.get()
    for _ in range(3):
        row = verify_method.verify(kofi.pk, row.pk, actor=owner(kofi))
    assert (row.state, row.currency, row.country) == ("verified", "GBP", "GB")
    assert row.provider_ref
    assert "12345678" not in row.masked
    assert wise.calls("/v1/accounts").count("POST /v1/accounts") == 1


def test_every_currency_that_the_local_wise_takes_is_made_there_as_it_is_typed(wise: LocalProvider) -> None:
    kofi = people.kofi()
    typed = {
        "EUR": {"IBAN": "DE89 3704 0044 0532 0130 00"},
        "NGN": {"bankCode": "044", "accountNumber": "0584412903"},
        "GHS": {"bankCode": "030100", "accountNumber": "0011223344556"},
        "ZAR": {"swiftCode": "ABSAZAJJ", "accountNumber": "52312891"},
        "USD": {
            "abartn": "111000025",
            "accountNumber": "12345678",
            "accountType": "CHECKING",
            "firstLine": "1 Peachtree St",
            "city": "Atlanta",
            "state": "ga",
            "postCode": "30303",
        },
    }
    for currency, fields in typed.items():
        row = adds(kofi, "wise", {"currency": currency, "holder": "Kofi Mensah", **fields})
        assert verify_method.verify(kofi.pk, row.pk, actor=owner(kofi)).state == "verified", currency


def test_what_wise_refuses_says_why_and_what_nobody_answers_is_asked_again(wise: LocalProvider) -> None:
    kofi = people.kofi()
    row = adds(kofi, "wise", WISE)
    wise.fail_next("drop", "/v1/accounts")
    with pytest.raises(MethodRefused) as unknown:
        verify_method.verify(kofi.pk, row.pk, actor=owner(kofi))
    assert (unknown.value.code, unknown.value.status) == ("provider_unreachable", 503)
    row.refresh_from_db()
    assert row.state == "checking"
    assert verify_method.check_due() == 1
    row.refresh_from_db()
    assert row.state == "verified"


def test_a_provider_without_keys_is_said_to_be_missing_and_takes_nothing() -> None:
    zuri = people.zuri()
    offer = next(one for one in offers.offers(zuri) if one.kind == "paypal")
    assert "is not set up on this site yet" in offer.why_not
    with pytest.raises(MethodRefused) as refused:
        adds(zuri, "paypal", PAYPAL)
    assert (refused.value.code, refused.value.status) == ("provider_not_configured", 503)
    client = fresh(zuri)
    page = client.get(LIST).content.decode()
    assert "PayPal is not set up on this site yet" in page
    assert reverse("payouts:method_add", args=["paypal"]) not in page
    assert not PayoutMethod.objects.exists()
