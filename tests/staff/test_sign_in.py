"""The door of the staff's site."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, override_settings

from banibs.users.models import User

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_everybodys_sign_in(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"


def test_a_buyer_is_turned_away(client: Client, amara: User) -> None:
    client.force_login(amara)
    answer = client.get("/admin/", follow=True)
    assert not answer.request["PATH_INFO"].startswith("/admin/")


def test_in_development_staff_enter(client: Client, ike: User) -> None:
    client.force_login(ike)
    assert client.get("/admin/").status_code == 200


@override_settings(STAFF_SECOND_FACTOR=True)
def test_in_production_staff_enter_only_with_a_second_factor(client: Client, ike: User) -> None:
    client.force_login(ike)
    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/"
    assert "two-step verification" in answer.content.decode()
    assert client.get("/admin/users/user/").status_code == 302

    TOTP.activate(ike, generate_totp_secret())
    RecoveryCodes.activate(ike)
    assert client.get("/admin/").status_code == 200
