"""Forms speak in our words, wherever they come from."""

import pytest
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client

from banibs.core.ui import field_words
from banibs.users.models import User
from tests import people

pytestmark = pytest.mark.django_db
DJANGOS = ("This field is required", "Select a valid choice", "Ensure this value", "Enter a valid")


class Every(forms.Form):
    """One of each."""

    line = forms.CharField(max_length=3, min_length=2)
    pick = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(choices=[("a", "A")])
    who = forms.ModelChoiceField(queryset=User.objects.all())
    sure = forms.BooleanField()
    file = forms.FileField()
    day = forms.DateField()
    mail = forms.EmailField()
    page = forms.URLField(assume_scheme="https")
    number = forms.IntegerField(min_value=2, max_value=3)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"line": "x" * 9, "pick": "z", "many": ["z"], "who": "9", "day": "31", "mail": "a", "page": "b", "number": "9"},
        {"line": "x", "number": "1"},
    ],
    ids=["nothing", "wrong", "too little"],
)  # fmt: skip
def test_no_field_speaks_djangos_words(given: dict[str, object]) -> None:
    form = Every(given)
    assert not form.is_valid()
    said = str(form.errors)
    assert not [words for words in DJANGOS if words in said]


def test_allauths_and_the_admins_forms_speak_them_too(client: Client) -> None:
    page = client.post("/accounts/signup/", {}).content.decode()
    assert page.count("Please fill this in.") >= 2 * 3  # beside each field, and in the summary
    assert not [words for words in DJANGOS if words in page]
    ada = people.person("ada@example.com", name="Ada", staff=True)
    client.force_login(ada)
    admins = client.post("/admin/users/user/add/", {}).content.decode()
    assert "Please fill this in." in admins
    assert not [words for words in DJANGOS if words in admins]


def test_the_words_are_in_place_before_the_first_form_is_made() -> None:
    for field, words in field_words.FIELDS.items():
        for code, message in words.items():
            assert field.default_error_messages[code] == message


def test_a_summary_counts_complaints_and_not_fields(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"name": "Amara", "email": "amara@example.com", "password1": "12345", "agree": "on"},
    )
    page = answer.content.decode()
    assert "3 things need your attention" in page
    assert "Use at least 10 characters." in page
    assert "Use letters too, not only digits." in page
    assert "Many people use this password" in page
    assert not User.objects.filter(email="amara@example.com").exists()
    form = client.get("/accounts/signup/").content.decode()
    assert "At least 10 characters; a few words are easy to remember." in form
    assert "personal information" not in form
    assert 'data-action="reveal" data-script hidden' in form


def test_a_password_like_the_person_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="too much like your full name"):
        password_validation.validate_password("amaraokafor1", User(name="Amara Okafor"))
