"""Rendering a page with the headers that every page of the local Stripe has."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data: http: https:; form-action 'self' http: https:; base-uri 'none'; frame-ancestors "
)


def page(
    request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200, framed: bool = False
) -> HttpResponse:
    """A page. Only the card fields and the bank's challenge may stand in another page's frame."""
    response = render(request, f"sandbox/{template}", values, status=status)
    response["Content-Security-Policy"] = _POLICY + ("http: https:" if framed else "'none'")
    response["Cache-Control"] = "no-store"
    return response


def message(
    request: HttpRequest,
    *,
    title: str,
    text: str,
    link: str | None = None,
    label: str = "",
    status: int = 404,
) -> HttpResponse:
    """A page that says one thing, and where to go from here."""
    values = {"title": title, "text": text, "link": link, "label": label}
    return page(request, "message.html", values, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    return message(
        request,
        title="There is no such page",
        text="The link may be old or mistyped.",
        link="/",
        label="To the controls",
    )
