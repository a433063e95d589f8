"""Emails as people get them: an HTML part with its styles inlined and a plain part that says the same.

An email is named by subject and event (`order_confirmed`), as queued tasks and the table of notification kinds keep it.
Three files make it: `emails/order/confirmed.html`, `emails/order/confirmed.txt` and `emails/order/confirmed.subject.txt`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def render_mail(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """The subject, the plain text and the HTML of an email. `site_url` is added to the context."""
    full = {"site_url": settings.SITE_URL, **context}
    path = template_path(template)
    subject = " ".join(render_to_string(f"{path}.subject.txt", full).split())
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"{path}.txt", full)).strip() + "\n"
    html = _inliner().inline(render_to_string(f"{path}.html", full))
    return subject, text, html


def template_path(name: str) -> str:
    """Where the three files of an email stand, without their endings: `emails/order/confirmed` for `order_confirmed`."""
    subject, _, event = name.partition("_")
    return f"emails/{subject}/{event}"


def send(
    *,
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> None:
    """Sends an email. Raises what the mail server's refusal raises: the caller is a job, tried again."""
    message(template=template, to=to, context=context, reply_to=reply_to, headers=headers).send()


def message(
    *,
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """An email, made and not yet sent."""
    subject, text, html = render_mail(template, context)
    email = EmailMultiAlternatives(
        subject=subject, body=text, to=list(to), reply_to=list(reply_to), headers=dict(headers or {})
    )
    email.attach_alternative(html, "text/html")
    return email


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    """Inlines `static/css/mail.css`; what cannot be inlined (dark mode, narrow screens) stays in the head.

    Loads nothing from outside: an email's text may hold addresses that strangers chose.
    """
    path = finders.find("css/mail.css")
    if path is None:
        raise FileNotFoundError("css/mail.css")
    with open(str(path), encoding="utf-8") as file:
        css = file.read()
    return css_inline.CSSInliner(
        extra_css=css, load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True
    )
