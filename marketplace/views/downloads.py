"""Downloads."""

from django.http import Http404, HttpRequest, HttpResponse


def listing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def fetch(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
