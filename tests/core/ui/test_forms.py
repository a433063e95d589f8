"""Forms: label above, hint and error tied to their control, a summary on top, nothing typed is lost."""

import pytest
from django import forms

from banibs.core.money import Money
from banibs.core.ui.forms import MoneyField
from tests.core.component_gallery import Profile


class Price(forms.Form):
    """A seller's price."""

    price = MoneyField(currency="GBP", least=100)
    was = MoneyField(currency="GBP", required=False)


def test_a_field_names_its_hint_and_error() -> None:
    html = str(Profile({"name": "", "email": "amara at example", "kind": "p", "terms": "on"}))
    assert '<label for="id_name">Full name</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_what_amara_typed_is_still_there() -> None:
    assert 'value="amara at example"' in str(Profile({"email": "amara at example"}))


def test_the_summary_leads_to_each_field_and_is_read_at_once() -> None:
    html = str(Profile({"name": "Amara"}))
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_email">Email: ' in html
    assert "3 things need your attention" in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(Profile())


def test_radios_stand_in_a_group_with_a_legend() -> None:
    html = str(Profile({}))
    assert "<legend>Kind</legend>" in html


def test_an_error_text_cannot_bring_markup() -> None:
    form = Profile({"name": "Amara"})
    form.add_error("name", "<script>")
    assert "<script>" not in str(form)


@pytest.mark.parametrize(("typed", "amount"), [("12.50", 1250), ("£1,299", 129900), ("1", 100)])
def test_kofi_types_a_price_as_people_do(typed: str, amount: int) -> None:
    form = Price({"price": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"price": Money(amount, "GBP"), "was": None}


@pytest.mark.parametrize(
    ("typed", "says"), [("12.505", "12.50"), ("-3", "12.50"), ("0.99", "£1.00"), ("abc", "12.50")]
)
def test_a_price_that_is_none_is_answered_with_an_example(typed: str, says: str) -> None:
    form = Price({"price": typed})
    assert not form.is_valid()
    assert says in form.errors["price"][0]
    assert f'value="{typed}"' in str(form["price"])


def test_a_price_from_the_database_is_shown_in_major_units() -> None:
    assert 'value="12.50"' in str(Price(initial={"price": Money(1250, "GBP")})["price"])
