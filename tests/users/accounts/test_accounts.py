"""Accounts over HTTP: sign up, confirm, sign in, forget, second factor, sessions, limits."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from banibs.users.models import User
from tests.people import PASSWORD
from tests.servers import Servers, eventually
from tests.users import mailbox
from tests.visitor import Visitor


@pytest.fixture
def visitor(live: Servers) -> Visitor:
    return Visitor(live)


def _is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/accounts/email/", allow_redirects=False).status_code == 200


def _mail_after(seen: int, to: str) -> mailbox.mailbox.Parsed:
    eventually(lambda: mailbox.count(to) > seen)
    return mailbox.newest(to)


def test_sign_up_confirm_by_mail_and_be_trusted_with_paying(visitor: Visitor) -> None:
    before = mailbox.count("nia@example.com")
    answer = visitor.submit(
        "/accounts/signup/",
        name="Nia Kamau",
        email="nia@example.com",
        password1="seven quiet looms",
        agree="on",
    )
    assert answer.status_code == 200
    nia = User.objects.get(email="nia@example.com")
    assert nia.name == "Nia Kamau"
    assert not nia.email_is_verified()
    agreed = {(one.text.slug, one.text.version) for one in nia.consents.select_related("text")}
    assert agreed == {("terms", 1), ("privacy", 1)}

    letter = _mail_after(before, "nia@example.com")
    assert letter.get_body(("html",)) is not None
    link = mailbox.link(letter, "/accounts/confirm-email/")
    assert link.startswith(visitor.address), "links are made from SITE_URL"
    visitor.submit(link)
    assert nia.email_is_verified()


def test_a_bad_sign_up_says_what_is_wrong_beside_each_field_and_keeps_what_was_typed(
    visitor: Visitor,
) -> None:
    answer = visitor.submit(
        "/accounts/signup/", name="Nia Kamau", email="nia at example", password1="12345", agree="on"
    )
    assert User.objects.count() == 0
    assert 'value="Nia Kamau"' in answer.text
    assert 'value="nia at example"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2


def test_nobody_signs_up_without_agreeing_to_the_terms(visitor: Visitor) -> None:
    answer = visitor.submit(
        "/accounts/signup/", name="Nia Kamau", email="nia@example.com", password1="seven quiet looms"
    )
    assert "Tick this box to make an account." in answer.text
    assert 'value="nia@example.com"' in answer.text
    assert "/legal/terms/" in answer.text
    assert User.objects.count() == 0


def test_a_line_break_in_a_name_is_refused(visitor: Visitor) -> None:
    visitor.submit(
        "/accounts/signup/",
        name="Nia\r\nBcc: all@example.com",
        email="nia@example.com",
        password1="seven quiet looms",
        agree="on",
    )
    assert User.objects.count() == 0


def test_there_is_one_account_for_an_address_however_it_is_written(visitor: Visitor, amara: User) -> None:
    answer = visitor.submit(
        "/accounts/signup/",
        name="Amara",
        email="AMARA@example.com",
        password1="seven quiet looms",
        agree="on",
    )
    assert "There is an account with this address already" in answer.text
    assert 'value="AMARA@example.com"' in answer.text
    assert User.objects.count() == 1


def test_the_session_is_new_at_sign_in_and_worth_nothing_after_sign_out(live: Servers, amara: User) -> None:
    visitor = Visitor(live)
    visitor.get("/accounts/login/")
    visitor.cookies.set(settings.SESSION_COOKIE_NAME, "f" * 32, domain="127.0.0.1")
    visitor.sign_in(amara)
    assert _is_signed_in(visitor)
    old = visitor.session_id
    assert old != "f" * 32

    visitor.submit("/accounts/logout/")
    thief = Visitor(live)
    thief.cookies.set(settings.SESSION_COOKIE_NAME, str(old), domain="127.0.0.1")
    assert not _is_signed_in(thief)


def test_a_new_password_signs_every_other_browser_out(live: Servers, amara: User) -> None:
    here, there = Visitor(live), Visitor(live)
    here.sign_in(amara)
    there.sign_in(amara)
    assert _is_signed_in(there)

    here.submit(
        "/accounts/password/change/",
        oldpassword=PASSWORD,
        password1="nine new rivers",
        password2="nine new rivers",
    )
    assert _is_signed_in(here)
    assert not _is_signed_in(there)
    amara.refresh_from_db()
    assert amara.check_password("nine new rivers")


def test_forgotten_password_one_link_once_made_from_site_url(live: Servers, amara: User) -> None:
    visitor = Visitor(live)
    before = mailbox.count(amara.email)
    visitor.submit("/accounts/password/reset/", email=amara.email)
    link = mailbox.link(_mail_after(before, amara.email), "/accounts/password/reset/key/")
    assert link.startswith(live.url)

    visitor.submit(link, password1="nine new rivers", password2="nine new rivers")
    amara.refresh_from_db()
    assert amara.check_password("nine new rivers")

    again = Visitor(live).get(link)
    assert "no longer works" in again.text


def test_a_foreign_host_header_is_refused_before_any_mail(live: Servers, amara: User) -> None:
    before = mailbox.count(amara.email)
    answer = Visitor(live).get("/accounts/password/reset/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    forwarded = Visitor(live).get("/accounts/password/reset/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in forwarded.text
    assert mailbox.count(amara.email) == before


def test_reset_answers_the_same_for_an_unknown_address(live: Servers, amara: User) -> None:
    known = Visitor(live).submit("/accounts/password/reset/", email=amara.email)
    unknown = Visitor(live).submit("/accounts/password/reset/", email="nobody@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert _without_token(known.text) == _without_token(unknown.text)


def _without_token(page: str) -> str:
    return re.sub(r"\b\w{64}\b", "", page)


def test_five_wrong_passwords_and_the_door_waits(visitor: Visitor, amara: User) -> None:
    answers = [visitor.sign_in(amara, "wrong password") for _ in range(6)]
    assert "Too many" in answers[-1].text
    right = visitor.sign_in(amara)
    assert not _is_signed_in(visitor), right.url


def test_a_form_from_elsewhere_is_refused(visitor: Visitor, amara: User) -> None:
    answer = visitor.post("/accounts/login/", data={"login": amara.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "CSRF verification failed" in answer.text
    assert not _is_signed_in(visitor)


def test_the_second_factor_is_asked_for_once_it_is_set_up(live: Servers, amara: User) -> None:
    visitor = Visitor(live)
    visitor.sign_in(amara)
    guarded = visitor.get("/accounts/2fa/totp/activate/")
    assert "/accounts/reauthenticate/" in guarded.url, "a borrowed laptop is not enough"
    page = visitor.submit(guarded.url, password=PASSWORD)
    assert page.url.endswith("/activate/")
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.text)
    assert secret is not None
    before = mailbox.count(amara.email)
    visitor.answer(page, code=_code(secret.group()))
    assert "authenticator app was added" in str(_mail_after(before, amara.email)["Subject"])
    codes = re.findall(r"<li>(\w{8,})</li>", visitor.get("/accounts/2fa/recovery-codes/").text)
    assert len(codes) == 10

    other = Visitor(live)
    step = other.sign_in(amara)
    assert "/accounts/2fa/authenticate/" in step.url
    assert not _is_signed_in(other)
    other.submit("/accounts/2fa/authenticate/", code="000000")
    assert not _is_signed_in(other)
    other.submit("/accounts/2fa/authenticate/", code=codes[0])
    assert _is_signed_in(other)


def _code(secret: str) -> str:
    """The code of now; one that is about to end would be old when it arrives."""
    import time

    if (left := 30 - time.time() % 30) < 8:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_every_browser_is_listed_and_the_others_can_be_signed_out(live: Servers, amara: User) -> None:
    here, there = Visitor(live), Visitor(live)
    here.headers["User-Agent"] = "Amara's laptop"
    there.headers["User-Agent"] = "A library's computer"
    here.sign_in(amara)
    there.sign_in(amara)
    page = here.get("/accounts/sessions/").text
    assert "Amara&#x27;s laptop" in page
    assert "A library&#x27;s computer" in page
    here.submit("/accounts/sessions/")
    assert _is_signed_in(here)
    assert not _is_signed_in(there)


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"],
)
def test_the_open_pages_open(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"]
)
def test_the_closed_pages_open_for_their_owner_alone(visitor: Visitor, amara: User, path: str) -> None:
    assert "/accounts/login/" in visitor.get(path).url
    visitor.sign_in(amara)
    assert visitor.get(path).url.endswith(path)
