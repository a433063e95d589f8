"""The tax tab of a shop's settings and its address in the API: the same rules, the same masks, the same step-up."""

import functools
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banibs.core.models import Event
from banibs.developers import keys
from marketplace.models import Seller, TaxDetails
from marketplace.sellers import shops, tax_details, tax_secrets
from tests import people
from tests.concurrency import at_once
from tests.marketplace.sellers.test_tax_details import KOFI, SECRETS, saves

pytestmark = pytest.mark.django_db
API = "/api/v1/seller/tax-details/"


def fresh(shop: Seller) -> Client:
    """A browser in which the shop's person has just shown who they are."""
    client = Client()
    client.force_login(shop.user)
    shown = client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD})
    assert shown.status_code == 302
    return client


def stale(shop: Seller) -> Client:
    client = Client()
    client.force_login(shop.user)
    return client


def put(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.put(API, json.dumps(body), content_type="application/json", headers=headers)


def test_kofi_writes_his_details_sees_them_masked_and_changes_one() -> None:
    kofi = people.kofi()
    client, url = fresh(kofi), reverse("seller:tax")
    first = client.get(url).content.decode()
    assert 'value="Kofi Mensah"' in first
    assert "TIN" in first

    saved = client.post(url, {**KOFI, "version": "0"})

    assert (saved.status_code, saved.headers["Location"]) == (302, url)
    page = client.get(url)
    text = page.content.decode()
    assert 'value="•••• 0119"' in text
    assert [secret for secret in SECRETS if secret in text] == []
    assert "no-store" in page.headers["Cache-Control"]
    again = {**KOFI, "version": "1", "tax_id": "•••• 0119", "born": "••••", "city": "Kumasi"}
    assert client.post(url, again).status_code == 302
    row = TaxDetails.objects.get(version=2)
    assert (row.city, tax_secrets.unseal(row).tax_id) == ("Kumasi", "P0010000119")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() -> None:
    kofi = people.kofi()
    refused = fresh(kofi).post(reverse("seller:tax"), {**KOFI, "version": "0", "tax_id": "P0010000118"})
    text = refused.content.decode()
    assert refused.status_code == 400
    assert "not a valid number" in text.partition('id="id_tax_id_error"')[2].partition("</p>")[0]
    assert 'value="P0010000118"' in text
    assert 'value="12 Oxford Street"' in text
    assert not TaxDetails.objects.exists()


def test_another_form_or_country_shows_its_fields_and_complains_of_nothing() -> None:
    client, url = fresh(people.kofi()), reverse("seller:tax")
    asked = {**KOFI, "form": "company", "country": "US", "change": "1", "tax_id": "1"}
    for headers in ({"HX-Request": "true"}, {}):
        text = client.post(url, asked, headers=headers).content.decode()
        assert "EIN" in text
        assert "Number in the register" in text
        assert 'name="born"' not in text
        assert 'value="12 Oxford Street"' in text
        assert "error-text" not in text
    assert not TaxDetails.objects.exists()


def test_who_has_not_shown_who_they_are_sees_nothing_changes_nothing_and_loses_nothing() -> None:
    kofi = people.kofi()
    saves(kofi)
    client, url = stale(kofi), reverse("seller:tax")
    away = client.get(url)
    assert (
        away.headers["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fseller%2Fsettings%2Ftax%2F"
    )

    held = client.post(url, {**KOFI, "version": "1", "city": "Kumasi", "tax_id": "P0010001115"})

    assert held.status_code == 403
    assert 'value="Kumasi"' in held.content.decode()
    assert TaxDetails.objects.count() == 1
    assert "P0010001115" not in json.dumps(dict(client.session.items()), default=str)


def test_two_tabs_save_and_the_second_keeps_what_it_typed() -> None:
    kofi = people.kofi()
    client, url = fresh(kofi), reverse("seller:tax")
    client.post(url, {**KOFI, "version": "0"})

    late = client.post(url, {**KOFI, "version": "0", "city": "Tamale"})

    text = late.content.decode()
    assert late.status_code == 409
    assert TaxDetails.objects.get().city == "Accra"
    assert 'value="Tamale"' in text
    assert 'name="version" value="1"' in text
    assert client.post(url, {**KOFI, "version": "1", "city": "Tamale"}).status_code == 302
    assert TaxDetails.objects.get(version=2).city == "Tamale"


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_many_tabs_save_at_once_and_one_of_them_wins() -> None:
    kofi = people.kofi()

    def tab(n: int) -> Any:
        return tax_details.save(kofi, {**KOFI, "city": f"Town {n}"}, user=kofi.user, based_on=0)

    answers = at_once([functools.partial(tab, n) for n in range(12)])

    assert sum(isinstance(answer, tax_details.Changed) for answer in answers) == 11, answers
    assert [row.version for row in TaxDetails.objects.all()] == [1]


def test_a_new_shop_is_shown_the_step_and_may_open_without_it() -> None:
    kofi = people.kofi()
    steps = {step["url"]: step for step in shops.checklist(kofi)}
    tax = steps[reverse("seller:tax")]
    assert (tax["state"], tax["needed"]) == ("todo", False)
    saves(kofi)
    assert {step["url"]: step for step in shops.checklist(kofi)}[reverse("seller:tax")]["state"] == "done"


def test_the_api_answers_masked_and_takes_it_back_as_it_was() -> None:
    kofi = people.kofi()
    assert stale(kofi).get(API).json()["version"] == 0
    made = put(fresh(kofi), KOFI)
    assert made.status_code == 200, made.content
    shown = stale(kofi).get(API).json()
    assert (shown["version"], shown["tax_id"], shown["born"]) == (1, "•••• 0119", "••••")
    assert [secret for secret in SECRETS if secret in json.dumps(shown)] == []
    assert put(fresh(kofi), shown).json()["version"] == 1
    changed = put(fresh(kofi), {**shown, "city": "Kumasi"}).json()
    assert (changed["version"], changed["city"], changed["tax_id"]) == (2, "Kumasi", "•••• 0119")
    late = put(fresh(kofi), {**shown, "city": "Tamale"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "tax_details_changed")
    wrong = put(fresh(kofi), {**KOFI, "tax_id": "P0010000118"})
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (400, ["tax_id"])
    assert TaxDetails.objects.count() == 2


def test_neither_a_stale_session_nor_a_key_writes() -> None:
    kofi = people.kofi()
    _row, text = keys.create(kofi.user, name="shop", scopes=["seller:read", "seller:write"])
    bearer = {"Authorization": f"Bearer {text}"}
    for answer in (put(stale(kofi), KOFI), put(Client(), KOFI, **bearer), put(fresh(kofi), KOFI, **bearer)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "reauthentication_required")
    assert Client().get(API, headers=bearer).json()["version"] == 0
    assert not TaxDetails.objects.exists()
    assert not Event.objects.filter(kind="shop.tax_details_changed").exists()
    amara = Client()
    amara.force_login(people.amara())
    assert amara.get(API).status_code == 404


def test_the_page_costs_the_same_however_many_versions_there_are() -> None:
    kofi = people.kofi()
    client, url = fresh(kofi), reverse("seller:tax")
    counts = []
    for n in range(6):
        saves(kofi, city=f"Town {n}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url)
        counts.append(len(asked))
    assert len(set(counts[1:])) == 1, counts


def test_all_that_is_wrong_is_said_at_once() -> None:
    kofi = people.kofi()
    wrong = {
        **KOFI,
        "version": "0",
        "line1": "",
        "tax_id": "1",
        "born": "yesterday",
        "vat_number": "•••• 1111",
    }
    text = fresh(kofi).post(reverse("seller:tax"), wrong).content.decode()
    assert [name for name in ("line1", "tax_id", "born") if f'id="id_{name}_error"' not in text] == []
    assert "anew, without the dots" in text.partition('id="id_vat_number_error"')[2].partition("</p>")[0]
