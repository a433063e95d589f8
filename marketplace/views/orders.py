"""Orders."""

from django.http import Http404, HttpRequest, HttpResponse


def listing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def receipt(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def breakdown(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def received(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
