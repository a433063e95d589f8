"""A new password ends every other session; API keys go on, unless the person ends them with it. Both are said."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.test import Client

from banibs.developers import keys
from banibs.users.models import User
from tests import people

pytestmark = pytest.mark.django_db
NEW = "another calm river"
CHANGE = "/accounts/password/change/"


def key_works(secret: str) -> bool:
    return keys.find(secret) is not None


def change(client: Client, **more: str) -> int:
    given = {"oldpassword": people.PASSWORD, "password1": NEW, "password2": NEW, **more}
    return client.post(CHANGE, given).status_code


@pytest.mark.parametrize("ends", [False, True])
def test_sessions_end_and_keys_when_asked_for(client: Client, amara: User, ends: bool) -> None:
    _key, secret = keys.create(amara, name="shop", scopes=("*",))
    stranger = people.kofi().user
    _key, of_kofi = keys.create(stranger, name="shop", scopes=("*",))
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(amara)
    assert "Revoke my API key too" in client.get(CHANGE).content.decode()

    assert change(client, **({"revoke_keys": "on"} if ends else {})) == 302

    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert key_works(secret) is not ends
    assert key_works(of_kofi)


def test_a_wrong_old_password_ends_no_key(client: Client, amara: User) -> None:
    _key, secret = keys.create(amara, name="shop", scopes=("*",))
    client.force_login(amara)
    change(client, oldpassword="wrong", revoke_keys="on")
    assert key_works(secret)
    amara.refresh_from_db()
    assert amara.check_password(people.PASSWORD)


def test_a_reset_asks_too(client: Client, amara: User) -> None:
    _key, secret = keys.create(amara, name="shop", scopes=("*",))
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(amara)}-{default_token_generator.make_token(amara)}/"
    page = client.get(link, follow=True)
    assert "Revoke my API key too" in page.content.decode()
    where = page.redirect_chain[-1][0]
    client.post(where, {"password1": NEW, "password2": NEW, "revoke_keys": "on"})
    amara.refresh_from_db()
    assert amara.check_password(NEW)
    assert not key_works(secret)


def test_who_has_no_key_is_not_asked_about_any(client: Client, amara: User) -> None:
    client.force_login(amara)
    assert "API key too" not in client.get(CHANGE).content.decode()
    assert change(client) == 302
