"""Fragments around every page, such as header and footer, drawn once a minute by each process."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.template.base import Template
from django.utils.translation import get_language

from banibs.core import policy
from banibs.core.page_cache import placeholders
from banibs.core.page_cache.page_request import PageRequest
from banibs.core.page_cache.variant import Audience, PageVariant

# What a cached fragment sees of its page. What changes it is part of its key.
SEEN = ("region", "regions", "nav_categories", "theme", "languages", "source_url")
_drawn: dict[tuple[object, ...], tuple[float, str]] = {}


def render_fragment(name: str, template: Template, context: Context, request: HttpRequest) -> str:
    """The fragment for this page and visitor; drawn anew after a minute, and at every time under `make run`.

    Drawing header and footer is a third of a page's work; each process keeps them by language, region, theme and
    whether somebody is signed in. The template sees SEEN alone, and no request; the rest it leaves as placeholders.
    """
    key = _key(name, context)
    drawn_at, html = _drawn.get(key, (0.0, ""))
    if settings.RELOAD or not html or time.monotonic() - drawn_at > policy.FRAGMENT_KEPT_SECONDS:
        html = _draw(template, context)
        if len(_drawn) >= policy.FRAGMENTS_KEPT:
            _drawn.clear()
        _drawn[key] = (time.monotonic(), html)
    html = placeholders.fill_page(html, context)
    if placeholders.deferred(request) is placeholders.Deferred.NONE:
        html = placeholders.fill_visitor(html, request, lambda: context)
    return html


def _draw(template: Template, context: Context) -> str:
    """The fragment, drawn for nobody's request: it outlives each."""
    user = context.get("user")
    drawn = PageRequest(
        PageVariant(
            path="/",
            query="",
            region=context["region"].code,
            language=get_language() or "",
            theme=str(context.get("theme") or ""),
            part=None,
            audience=Audience.PERSON if user and user.is_authenticated else Audience.GUEST,
        ),
        context["region"],
    )
    seen = {name: context.get(name) for name in SEEN}
    alone: Any = context.new({**seen, "request": drawn, "user": drawn.user, "csrf_token": get_token(drawn)})
    alone.request = drawn  # `{% url %}` looks at it
    with placeholders.deferring(drawn, placeholders.Deferred.ALL):
        return placeholders.defer_tokens(template.render(alone))


def _key(name: str, context: Context) -> tuple[object, ...]:
    user = context.get("user")
    return (
        name,
        get_language(),
        context["region"].code,
        context.get("theme"),
        bool(user and user.is_authenticated),
        *((each.url, each.name) for each in context.get("nav_categories") or ()),
    )
