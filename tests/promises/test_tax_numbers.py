"""Limits of tax details and of a buyer's company, changed: what is refused, and what is said beside it, follows."""

import pytest
from django.core.exceptions import ValidationError

from banibs.users import tax_ids
from marketplace.checkout import company
from marketplace.sellers import tax_details, tax_secrets
from tests.marketplace.sellers.test_tax_details import given
from tests.promises.helpers import Change, holds

pytestmark = pytest.mark.django_db


def refused(**changes: object) -> str:
    """What is said of these tax details."""
    with pytest.raises(ValidationError) as wrong:
        tax_details.clean(given(**changes), known=tax_secrets.Secrets())
    return str(wrong.value.message_dict)


@holds("users.TAX_ID_LEAST_CHARACTERS", "users.TAX_ID_MOST_CHARACTERS")
def test_a_number_of_an_unknown_form_is_as_long_as_policy_says(change: Change) -> None:
    who = {"country": "NG", "person": True, "entity": False}
    assert tax_ids.clean_taxpayer_id("12345", **who) == "12345"  # type: ignore[arg-type]  # as it stands above
    change("users.TAX_ID_LEAST_CHARACTERS", 6)
    change("users.TAX_ID_MOST_CHARACTERS", 7)
    for text in ("12345", "12345678"):
        with pytest.raises(ValidationError):
            tax_ids.clean_taxpayer_id(text, **who)  # type: ignore[arg-type]  # as above
    assert "6 to 7" in refused(country="AD", tax_id="12345", postcode="AD500")


@holds("users.TAX_ID_SHOWN_CHARACTERS")
def test_a_mask_shows_the_end_and_of_a_short_number_half_as_much(change: Change) -> None:
    assert tax_secrets.mask("tax_id", "536904399") == "•••• 4399"
    assert tax_secrets.mask("tax_id", "12345") == "•••• 45"
    change("users.TAX_ID_SHOWN_CHARACTERS", 2)
    assert tax_secrets.mask("tax_id", "536904399") == "•••• 99"


@holds("users.COMPANY_NAME_MOST_CHARACTERS")
def test_a_company_has_a_name_of_some_length(change: Change) -> None:
    assert company.clean(company.Company("Okafor Ltd"), country="GB").name == "Okafor Ltd"
    change("users.COMPANY_NAME_MOST_CHARACTERS", 9)
    with pytest.raises(ValidationError, match="too long"):
        company.clean(company.Company("Okafor Ltd"), country="GB")


@holds(
    "marketplace.SELLER_LEAST_YEARS",
    "marketplace.SELLER_MOST_YEARS",
    "marketplace.REGISTRATION_NUMBER_MOST_CHARACTERS",
    "marketplace.BIRTH_PLACE_MOST_CHARACTERS",
)
def test_a_seller_is_of_age_and_a_register_has_numbers_of_some_length(change: Change) -> None:
    change("marketplace.SELLER_LEAST_YEARS", 60)
    assert "at least 60 years old" in refused()
    change("marketplace.SELLER_LEAST_YEARS", 18)
    change("marketplace.SELLER_MOST_YEARS", 20)
    assert "born" in refused()
    change("marketplace.REGISTRATION_NUMBER_MOST_CHARACTERS", 3)
    assert "too long" in refused(form="company", registration_number="CS-1")
    change("marketplace.SELLER_MOST_YEARS", 120)
    change("marketplace.BIRTH_PLACE_MOST_CHARACTERS", 3)
    assert "too long for a place" in refused(birth_place="Tamale")
