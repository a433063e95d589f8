"""Notices."""

from django.http import Http404, HttpRequest, HttpResponse


def listing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def read_all(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def delete_all(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def undo(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def bell(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def choices(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def follow(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def read(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404


def delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
