"""Letters: two parts that say the same, styles inline, nothing fetched from outside."""

import re

import pytest
from django.core import mail as outbox

from banibs.core import mail

CONTEXT = {"email": "amara@example.org", "confirm_url": "http://localhost:8000/accounts/confirm-email/key/"}


def test_amara_gets_html_and_plain_text_with_the_same_link() -> None:
    mail.send(template="account_confirm", to=["amara@example.org"], context=CONTEXT)
    letter = outbox.outbox[0]
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert letter.to == ["amara@example.org"]
    assert CONTEXT["confirm_url"] in letter.body
    assert f'href="{CONTEXT["confirm_url"]}"' in html
    assert letter.message().get_content_type() == "multipart/alternative"


def test_styles_are_inline_and_nothing_comes_from_outside() -> None:
    _, _, html = mail.render_mail("account_confirm", CONTEXT)
    assert 'class="button" style="' in html
    assert not re.search(r"<(?:img|link|script)\b|url\(|@import", html)


def test_dark_readers_and_narrow_screens_keep_their_rules() -> None:
    _, _, html = mail.render_mail("account_confirm", CONTEXT)
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 600px" in html


def test_the_plain_part_is_not_escaped_and_has_no_holes() -> None:
    _, text, _ = mail.render_mail("account_confirm", {**CONTEXT, "email": "o'neil&co@example.org"})
    assert "o'neil&co@example.org" in text
    assert "\n\n\n" not in text


def test_the_html_part_is_escaped() -> None:
    _, _, html = mail.render_mail("account_confirm", {**CONTEXT, "email": "<b>x</b>"})
    assert "<b>x</b>" not in html


def test_a_subject_is_one_line() -> None:
    subject, _, _ = mail.render_mail("account_confirm", CONTEXT)
    assert subject
    assert "\n" not in subject


@pytest.mark.parametrize("name", ["Amara\nBcc: all@example.org"])
def test_a_name_cannot_add_a_header(name: str) -> None:
    letter = mail.message(
        template="account_confirm", to=["amara@example.org"], context={**CONTEXT, "email": name}
    )
    assert "Bcc" not in letter.message()
