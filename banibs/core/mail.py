"""Mail as people get it: an HTML part with its styles inlined and a plain part that says the same.

Three files make a letter: `emails/<name>.html`, `emails/<name>.txt` and `emails/<name>.subject.txt`.
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
    """The subject, the plain text and the HTML of a letter. `site_url` is added to the context."""
    full = {"site_url": settings.SITE_URL, **context}
    subject = " ".join(render_to_string(f"emails/{template}.subject.txt", full).split())
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"emails/{template}.txt", full)).strip() + "\n"
    html = _inliner().inline(render_to_string(f"emails/{template}.html", full))
    return subject, text, html


def send(
    *,
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> None:
    """Sends a letter. Raises what the mail server's refusal raises: the caller is a job, tried again."""
    message(template=template, to=to, context=context, reply_to=reply_to, headers=headers).send()


def message(
    *,
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """A letter, made and not yet sent."""
    subject, text, html = render_mail(template, context)
    letter = EmailMultiAlternatives(
        subject=subject, body=text, to=list(to), reply_to=list(reply_to), headers=dict(headers or {})
    )
    letter.attach_alternative(html, "text/html")
    return letter


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    """Inlines `static/css/mail.css`; what cannot be inlined (dark mode, narrow screens) stays in the head.

    Loads nothing from outside: a letter's text may hold addresses that strangers chose.
    """
    path = finders.find("css/mail.css")
    if path is None:
        raise FileNotFoundError("css/mail.css")
    with open(str(path), encoding="utf-8") as file:
        css = file.read()
    return css_inline.CSSInliner(
        extra_css=css, load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True
    )
