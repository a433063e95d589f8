"""Where Amara is signed in, in words that she knows."""

import pytest
from django.test import Client

from banibs.users import user_agents
from tests import market as scene

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {}/141.0.0.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "{}/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (LINUX.format("Chrome"), "Chrome on Linux"),
        (LINUX.format("HeadlessChrome"), "Chrome on Linux"),
        (IPHONE.format("Version"), "Safari on iOS"),
        (IPHONE.format("CriOS"), "Chrome on iOS"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "A browser on macOS"),
        ("curl/8.1.2", "curl"),
        ("", "An unknown browser"),
        ("x" * 100_000, "An unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(header: str, words: str) -> None:
    assert user_agents.browser_name(header) == words


@pytest.mark.django_db
def test_amara_sees_her_browser_and_can_look_at_all_it_said() -> None:
    person = scene.opened().amara
    person.set_password("woven-strips-41")
    person.save()
    amara = Client(headers={"user-agent": LINUX.format("Chrome")})
    amara.post("/accounts/login/", {"login": person.email, "password": "woven-strips-41"})
    page = amara.get("/accounts/sessions/").content.decode()
    assert ">Chrome on Linux</p>" in page
    assert 'title="Mozilla/5.0 (X11; Linux x86_64)' in page


@pytest.mark.django_db
def test_labels_of_passwords_read_like_all_others() -> None:
    amara = Client()
    amara.force_login(scene.opened().amara)
    page = amara.get("/accounts/password/change/").content.decode()
    for label in ("Current password", "New password", "New password, again"):
        assert f">{label}</label>" in page
    assert "Current Password" not in page
    assert page.count("/accounts/password/reset/") == 1
