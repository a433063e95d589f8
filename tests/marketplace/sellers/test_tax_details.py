"""What a shop tells the tax office: versions that nobody changes, secrets that nobody reads by accident."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from banibs.core.models import Event
from banibs.users import tax_ids
from marketplace.models import Seller, TaxDetails
from marketplace.sellers import tax_details, tax_secrets
from tests import people

pytestmark = pytest.mark.django_db
KOFI = {
    "form": "sole_trader",
    "legal_name": "Kofi Mensah",
    "line1": "12 Oxford Street",
    "city": "Accra",
    "region": "Greater Accra",
    "country": "GH",
    "tax_id": "P0010000119",
    "born": "1981-04-17",
}
SECRETS = ("P0010000119", "1981-04-17")


def given(**changes: Any) -> dict[str, Any]:
    return {**KOFI, **changes}


def saves(kofi: Seller, **changes: Any) -> TaxDetails:
    row, _new = tax_details.save(kofi, given(**changes), user=kofi.user)
    return row


def test_each_change_is_a_version_and_the_newest_counts() -> None:
    kofi = people.kofi()
    assert tax_details.tax_details_for(kofi.pk) is None

    first = saves(kofi)
    second = saves(kofi, legal_name="Kofi Kwame Mensah")

    assert (first.version, second.version) == (1, 2)
    printed = tax_details.tax_details_for(kofi.pk)
    assert printed is not None
    assert (printed.id, printed.legal_name, printed.vat_number) == (second.pk, "Kofi Kwame Mensah", "")
    assert printed.lines() == ["Kofi Kwame Mensah", "12 Oxford Street", "Accra", "Greater Accra", "Ghana"]
    assert tax_details.printable(TaxDetails.objects.get(pk=first.pk)).legal_name == "Kofi Mensah"


def test_the_same_again_writes_nothing_and_a_mask_keeps_what_was_there() -> None:
    kofi = people.kofi()
    saves(kofi)
    shown = tax_details.masked(tax_details.newest(kofi.pk))
    assert (shown["tax_id"], shown["born"]) == ("•••• 0119", "••••")

    _row, new = tax_details.save(kofi, shown, user=kofi.user)
    assert not new
    assert TaxDetails.objects.count() == 1

    row = saves(kofi, tax_id=shown["tax_id"], born=shown["born"], city="Kumasi")
    assert tax_secrets.unseal(row).tax_id == "P0010000119"
    assert Event.objects.filter(kind="shop.tax_details_changed").latest("pk").data == {
        "version": 2,
        "fields": ["city"],
    }


def test_no_event_and_no_column_holds_a_secret() -> None:
    kofi = people.kofi()
    saves(kofi)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM marketplace_taxdetails t UNION ALL SELECT e::text FROM core_event e"
        )
        kept = " ".join(row for (row,) in cursor.fetchall())
    assert "Kofi Mensah" in kept
    assert [secret for secret in SECRETS if secret in kept or secret.encode().hex() in kept] == []
    (event,) = Event.objects.filter(kind="shop.tax_details_changed")
    assert (event.subject_id, event.actor_id) == (kofi.pk, kofi.user_id)
    assert event.data["fields"] == [
        *("form", "legal_name", "line1", "city", "region", "country", "tax_id", "born"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(legal_name="Somebody Else"),
        lambda rows: rows.update(digest=b"0"),
        lambda rows: rows._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_a_version(change: Callable[[Any], Any]) -> None:
    kofi = people.kofi()
    saves(kofi)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(TaxDetails.objects.all())
    assert TaxDetails.objects.get().legal_name == "Kofi Mensah"


def test_another_seal_of_the_same_secrets_may_stand_and_of_others_is_found_out(settings: Any) -> None:
    kofi = people.kofi()
    row = saves(kofi)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another key of fifty characters, as it should be",
        [old],
    )
    assert tax_secrets.unseal(row).tax_id == "P0010000119"

    assert tax_secrets.seal_anew() == 1

    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()
    assert tax_secrets.unseal(row).born == "1981-04-17"
    sealed, _digest = tax_secrets.seal(tax_secrets.Secrets(tax_id="C9999999999"))
    TaxDetails.objects.update(sealed=sealed)
    with pytest.raises(tax_secrets.Spoilt):
        tax_secrets.unseal(TaxDetails.objects.get())


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"form": ""}, "form"),
    ({"country": "XX"}, "country"),
    ({"legal_name": " "}, "legal_name"),
    ({"line1": ""}, "line1"),
    ({"tax_id": ""}, "tax_id"),
    ({"tax_id": "P0010000118"}, "tax_id"),
    ({"tax_id": "•••• 1111"}, "tax_id"),
    ({"country": "GB", "tax_id": "1955839662", "postcode": "BS6 5NP"}, "tax_id"),
    ({"country": "GB", "tax_id": "1955839661", "postcode": "nonsense"}, "postcode"),
    ({"country": "GB", "tax_id": "1955839661", "postcode": "BS6 5NP", "vat_number": "GB 980 7806 85"}, "vat_number"),
    ({"born": ""}, "born"),
    ({"born": "17.4.1981"}, "born"),
    ({"born": "2015-01-01"}, "born"),
    ({"form": "company", "registration_number": ""}, "registration_number"),
    ({"form": "company", "registration_number": "CS1", "establishments": ["US"]}, "establishments"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), WRONG, ids=[f"{n}-{row[1]}" for n, row in enumerate(WRONG)])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    changes: dict[str, Any], field: str
) -> None:
    kofi = people.kofi()
    with pytest.raises(ValidationError) as wrong:
        tax_details.save(kofi, given(**changes), user=kofi.user)
    assert list(wrong.value.message_dict) == [field]
    assert not TaxDetails.objects.exists()
    assert not Event.objects.filter(kind="shop.tax_details_changed").exists()


def test_a_person_without_a_number_names_where_they_were_born_but_not_in_the_united_states() -> None:
    kofi = people.kofi()
    row = saves(kofi, form="individual", tax_id="", birth_place="Tamale")
    assert tax_secrets.unseal(row) == tax_secrets.Secrets(born="1981-04-17", birth_place="Tamale")
    american = {"country": "US", "city": "Austin", "region": "TX", "postcode": "78701"}
    with pytest.raises(ValidationError) as wrong:
        saves(kofi, form="individual", tax_id="", birth_place="Tamale", **american)
    assert list(wrong.value.message_dict) == ["tax_id"]


def test_a_company_has_no_birthday_and_says_where_in_the_union_it_has_a_house() -> None:
    kofi = people.kofi()
    row = saves(kofi, form="company", registration_number="CS-123", establishments=["IE", "DE"])
    secret = tax_secrets.unseal(row)
    assert (secret.born, secret.registration_number, row.establishments) == ("", "CS-123", ["DE", "IE"])


def test_two_tabs_save_and_the_second_is_told() -> None:
    kofi = people.kofi()
    tax_details.save(kofi, given(), user=kofi.user, based_on=0)
    with pytest.raises(tax_details.Changed) as changed:
        tax_details.save(kofi, given(city="Kumasi"), user=kofi.user, based_on=0)
    assert changed.value.newest == 1
    assert TaxDetails.objects.get().city == "Accra"


def numbers() -> list[tuple[str, bool, tax_ids.Scheme]]:
    return [
        (country, person, scheme)
        for country, kinds in tax_ids._TAXPAYER.items()
        for person, schemes in ((True, kinds.person), (False, kinds.entity))
        for scheme in schemes
        if scheme.example
    ]


@pytest.mark.parametrize(
    ("country", "person", "scheme"), numbers(), ids=lambda one: one.name if isinstance(one, tax_ids.Scheme) else str(one)
)  # fmt: skip
def test_each_example_is_right_and_another_last_digit_is_not(
    country: str, person: bool, scheme: tax_ids.Scheme
) -> None:
    who = {"country": country, "person": person, "entity": not person}
    assert tax_ids.clean_taxpayer_id(scheme.example, **who)  # type: ignore[arg-type]  # as it stands above
    if scheme.module:
        with pytest.raises(ValidationError, match=scheme.name.split("/")[0].rstrip(".")):
            tax_ids.clean_taxpayer_id(scheme.example + "77777777777777", **who)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("980780684", "GB", "GB980780684"),
        ("de 136,695 976".replace(",", ""), "FR", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("EL 094259216", "DE", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("83 914 571 673", "AU", "83914571673"),
        ("2345678-0001", "NG", "23456780001"),
    ],
)
def test_a_vat_number_is_kept_as_it_is_printed(text: str, country: str, kept: str) -> None:
    assert tax_ids.clean_vat_id(text, country=country) == kept


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("GB980780685", "DE"),
        ("DE136695977", "DE"),
        ("DE", "DE"),
        ("nonsense", "NG"),
        ("1", "NG"),
        ("1" * 400, "GB"),
    ],
)
def test_a_wrong_vat_number_is_refused(text: str, country: str) -> None:
    with pytest.raises(ValidationError):
        tax_ids.clean_vat_id(text, country=country)
