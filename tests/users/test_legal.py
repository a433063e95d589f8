"""Terms, privacy, returns and imprint: read by anybody, written anew by staff, never changed under those who agreed."""

import pytest
from django.core.management import call_command
from django.test import Client

from banibs.users import legal
from banibs.users.models import Consent, LegalText, User
from tests import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", LegalText.Slug.values)
def test_anybody_reads_each_text_and_finds_it_from_every_page(client: Client, slug: str) -> None:
    home = client.get("/").content.decode()
    assert f'href="/legal/{slug}/"' in home
    page = client.get(f"/legal/{slug}/")
    assert page.status_code == 200
    assert "Version 1, in force since" in page.content.decode()
    assert client.get("/legal/nonsense/").status_code == 404


def test_ike_writes_a_new_version_and_the_old_one_stays_as_it_was_agreed_to(
    client: Client, amara: User
) -> None:
    legal.record_consent(amara)
    ike = people.person("ike@example.com", name="Ike", staff=True)
    client.force_login(ike)
    add = "/admin/users/legaltext/add/"
    assert "Who sells" in client.get(f"{add}?slug=terms").content.decode()

    client.post(add, {"slug": "terms", "body": "Be kind.\n\n## More\n<script>alert(1)</script>**Always.**"})

    shown = client.get("/legal/terms/").content.decode()
    assert "Version 2, in force since" in shown
    assert "Be kind." in shown
    assert "<h2>More</h2>" in shown
    assert "alert(1)</script>" not in shown
    agreed = Consent.objects.get(user=amara, text__slug="terms").text
    assert agreed.version == 1
    assert "Who sells" in agreed.body
    changed = client.post(f"/admin/users/legaltext/{agreed.pk}/change/", {"slug": "terms", "body": "Less."})
    assert changed.status_code == 403
    assert client.post(f"/admin/users/legaltext/{agreed.pk}/delete/", {"post": "yes"}).status_code == 403
    agreed.refresh_from_db()
    assert "Who sells" in agreed.body


def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
