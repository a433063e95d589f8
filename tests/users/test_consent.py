"""Who had an account before the terms changed is asked at the next sign-in, once for each version that asks."""

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from banibs.developers import keys
from banibs.users import legal
from banibs.users.models import Consent, LegalText, User
from tests import people

pytestmark = pytest.mark.django_db
ASKS = "/account/terms/"


def signs_in(client: Client, user: User, onward: str = "") -> str:
    """Where the sign-in form leads."""
    given = {"login": user.email, "password": people.PASSWORD, "next": onward}
    return client.post("/accounts/login/", given).headers["Location"]


def publish(*, asks: bool = True) -> LegalText:
    version = legal.in_force("terms").version + 1  # type: ignore[union-attr]  # a migration wrote one
    return LegalText.objects.create(slug="terms", version=version, body="Be kind.", asks_for_consent=asks)


def agrees(client: Client, page: str) -> str:
    texts = [part.partition('"')[0] for part in page.split('name="text" value="')[1:]]
    return client.post(ASKS, {"text": texts, "next": "/account/orders/"}).headers["Location"]


def test_who_agreed_to_nothing_yet_is_asked_once_and_goes_on(client: Client, amara: User) -> None:
    Consent.objects.all().delete()
    where = signs_in(client, amara, "/p/basket/")
    assert where == f"{ASKS}?next=%2Fp%2Fbasket%2F"
    page = client.get(where).content.decode()
    assert "Before you go on" in page
    assert 'href="/legal/terms/"' in page
    assert 'value="/p/basket/"' in page

    refused = client.get("/account/orders/?page=2")
    assert refused.headers["Location"] == f"{ASKS}?next=%2Faccount%2Forders%2F%3Fpage%3D2"
    assert client.post("/account/profile/", {"name": "A"}).headers["Location"] == ASKS
    assert not Consent.objects.exists()
    for open_to_all in ("/", "/legal/terms/", "/help/", "/cart/"):
        assert client.get(open_to_all).status_code == 200

    assert agrees(client, page) == "/account/orders/"
    assert client.get("/account/orders/").status_code == 200
    assert set(Consent.objects.values_list("user__email", "text__slug", "text__version")) == {
        (amara.email, "terms", 1),
        (amara.email, "privacy", 1),
    }
    client.post("/accounts/logout/")
    assert signs_in(client, amara) == "/account/"


@pytest.mark.parametrize("staff", [False, True])
def test_a_version_that_asks_is_asked_about_and_a_corrected_spelling_is_not(
    client: Client, staff: bool
) -> None:
    kofi = people.kofi().user
    User.objects.filter(pk=kofi.pk).update(is_staff=staff)
    publish(asks=False)
    assert signs_in(client, kofi, "/seller/") == "/seller/"
    client.post("/accounts/logout/")
    publish()
    publish(asks=False)  # the spelling of that one
    where = signs_in(client, kofi, "/seller/")
    page = client.get(where).content.decode()
    assert "Our terms have changed" in page
    assert "version 4" in page
    assert "Privacy</a>, version" not in page
    assert client.get("/seller/").headers["Location"] == f"{ASKS}?next=%2Fseller%2F"
    agrees(client, page)
    assert client.get("/seller/").status_code == 200
    assert Consent.objects.filter(user=kofi, text__version=4).count() == 1


def test_what_changed_while_somebody_read_is_shown_again(client: Client, amara: User) -> None:
    publish()
    page = client.get(signs_in(client, amara)).content.decode()
    publish()
    texts = [part.partition('"')[0] for part in page.split('name="text" value="')[1:]]
    again = client.post(ASKS, {"text": texts})
    assert again.status_code == 200
    assert "The words changed while you read" in again.content.decode()
    assert not Consent.objects.filter(text__version__gt=1).exists()
    assert client.post(ASKS, {"text": []}).status_code == 200
    assert not Consent.objects.filter(text__version__gt=1).exists()


def test_programs_with_a_key_go_on_and_fragments_of_a_page_are_no_place_to_ask(
    client: Client, amara: User
) -> None:
    publish()
    _key, secret = keys.create(amara, name="shop", scopes=("*",))
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    signs_in(client, amara)
    assert program.get("/api/v1/orders/").status_code == 200
    assert client.get("/account/notifications/bell/", headers={"HX-Request": "true"}).status_code == 200
    sent = client.post("/account/notifications/read/", headers={"HX-Request": "true"})
    assert sent.headers["HX-Redirect"] == ASKS


def test_who_signs_up_has_agreed_and_is_not_asked_again(client: Client) -> None:
    given = {"name": "Temi", "email": "temi@example.com", "password1": "a calm indigo river", "agree": "on"}
    assert ASKS not in client.post("/accounts/signup/", given).headers["Location"]
    assert legal.due(User.objects.get(email="temi@example.com")) == []


def test_ike_says_whether_a_version_asks(client: Client) -> None:
    ike = people.person("ike@example.com", name="Ike", staff=True)
    client.force_login(ike)
    add = "/admin/users/legaltext/add/"
    client.post(add, {"slug": "terms", "body": "Be kind."})
    client.post(add, {"slug": "terms", "body": "Be kind.", "asks_for_consent": "on"})
    versions = LegalText.objects.filter(slug="terms").order_by("version")
    assert list(versions.values_list("version", "asks_for_consent")) == [(1, True), (2, False), (3, True)]


def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
