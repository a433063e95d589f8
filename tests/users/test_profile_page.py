"""Amara's profile."""

import pytest
from django.test import Client

from banibs.users.models import User

pytestmark = pytest.mark.django_db
PAGE = "/account/profile/"


def test_a_name_and_a_look_are_kept(client: Client, amara: User) -> None:
    client.force_login(amara)
    answer = client.post(PAGE, {"name": "Amara O.", "theme": "dark"})
    assert answer.headers["Location"] == PAGE
    amara.refresh_from_db()
    assert amara.name == "Amara O."
    page = client.get(PAGE).content.decode()
    assert 'data-theme="dark"' in page
    assert "amara@example.com, verified." in page
    client.post(PAGE, {"name": "Amara O.", "theme": ""})
    assert "data-theme" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("name", ["", "Amara\r\nBcc: all@example.com", "x" * 151, "\u202eevil"])
def test_a_name_that_is_none_is_refused(client: Client, amara: User, name: str) -> None:
    client.force_login(amara)
    assert client.post(PAGE, {"name": name}).status_code == 422
    amara.refresh_from_db()
    assert amara.name == "Amara Okafor"


def test_what_nobody_asked_for_is_not_kept(client: Client, amara: User) -> None:
    client.force_login(amara)
    client.post(PAGE, {"name": "Amara", "is_staff": "on", "is_superuser": "1", "email": "ike@example.com"})
    amara.refresh_from_db()
    assert (amara.is_staff, amara.is_superuser, amara.email) == (False, False, "amara@example.com")
