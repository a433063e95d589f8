"""Placeholders in cached HTML, for what differs by page or by visitor.

A fragment that stands on every page leaves placeholders of both kinds; a page that is stored whole knows its own
address, and leaves those of the visitor alone. They are filled when the HTML is handed out.
"""

from __future__ import annotations

import contextlib
import enum
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


class Deferred(enum.IntEnum):
    """Which placeholders the HTML that is being drawn leaves."""

    NONE = 0
    VISITOR = 1
    ALL = 2


PARTS = ("wallet_chip", "bell_count", "cart_count", "menu_bell", "toasts")
_OF_VISITOR = re.compile("\x00(part|token):(\\w*)\x00")
_OF_PAGE = re.compile("\x00(here|department|asked):([^\x00]*)\x00")
_TOKEN = re.compile(
    '(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}|(?<="X-CSRFToken": ")[A-Za-z0-9]{64}'
)


def deferred(request: HttpRequest | None) -> Deferred:
    """What is deferred while this request's page is drawn."""
    return getattr(request, "deferred", Deferred.NONE)


def defer(kind: str, what: str, context: Context) -> SafeString:
    """A placeholder, or at once what belongs into it."""
    request = context.get("request")
    wanted = deferred(request)
    if wanted is Deferred.ALL or (wanted is Deferred.VISITOR and kind in ("part", "token")):
        return mark_safe(f"\x00{kind}:{what}\x00")  # nosec B308 B703  # written by tags of ours
    return mark_safe(_FILLERS[kind](what, request, lambda: context))  # nosec B308 B703  # each filler escapes


@contextlib.contextmanager
def deferring(request: HttpRequest, which: Deferred) -> Iterator[None]:
    """HTML that is drawn for this request meanwhile has placeholders."""
    before = deferred(request)
    request.deferred = which  # type: ignore[attr-defined]  # read by `deferred` alone
    try:
        yield
    finally:
        request.deferred = before  # type: ignore[attr-defined]  # as above


def defer_tokens(html: str) -> str:
    """The HTML with placeholders where a visitor's CSRF token stood."""
    return _TOKEN.sub("\x00token:\x00", html)


def fill_page(html: str, context: Context) -> str:
    """The HTML with what depends on the page that is open."""
    return _fill(_OF_PAGE, html, context["request"], lambda: context)


def fill_visitor(html: str, request: HttpRequest, context: Callable[[], Context]) -> str:
    """The HTML with this visitor's own. `context`, bound to a template, is made only where a component is drawn."""
    return _fill(_OF_VISITOR, html, request, context)


def _fill(pattern: re.Pattern[str], html: str, request: HttpRequest, context: Callable[[], Context]) -> str:
    filled: dict[str, str] = {}

    def fill_one(found: re.Match[str]) -> str:
        if found[0] not in filled:
            filled[found[0]] = _FILLERS[found[1]](found[2], request, context)
        return filled[found[0]]

    return pattern.sub(fill_one, html)


def _part(name: str, request: HttpRequest | None, context: Callable[[], Context]) -> str:
    """A component that shows the visitor's own."""
    if name not in PARTS:
        return ""
    around = context()
    engine: Any = around.template.engine  # type: ignore[union-attr]  # a context that draws has a template
    return str(engine.get_template(f"components/{name}.html").render(around))


def _token(what: str, request: HttpRequest | None, context: Callable[[], Context]) -> str:
    """What proves that a form came from a page of ours."""
    return get_token(request) if request is not None else ""


def _here(what: str, request: HttpRequest | None, context: Callable[[], Context]) -> str:
    """The mark of a link whose page, or one below it (`href|below|`) but not below another (`href|below|other`), is open."""
    href, below, other = what.split("|")
    path = request.path if request is not None else ""
    inside = bool(below) and path.startswith(href) and not (other and path.startswith(other))
    return ' aria-current="page"' if path == href or inside else ""


def _department(what: str, request: HttpRequest | None, context: Callable[[], Context]) -> str:
    """The mark of a department's link (`href|slug`): its page is open, or something that is sold in it."""
    href, slug = what.split("|")
    if request is not None and request.path == href:
        return ' aria-current="page"'
    open_ = context().get("department")
    return ' aria-current="true"' if open_ and open_.slug == slug else ""


def _asked(what: str, request: HttpRequest | None, context: Callable[[], Context]) -> str:
    """The address that was asked for, or the words that were searched for."""
    if what == "path":
        return escape(request.get_full_path()) if request is not None else ""
    return escape(context().get("q") or "")


_FILLERS: dict[str, Callable[[str, HttpRequest | None, Callable[[], Context]], str]] = {
    "part": _part,
    "token": _token,
    "here": _here,
    "department": _department,
    "asked": _asked,
}
