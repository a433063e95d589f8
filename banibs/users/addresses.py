"""Addresses."""

from django.http import Http404, HttpRequest, HttpResponse


def listing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def make_default(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
