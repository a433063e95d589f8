"""Where it goes."""

from django.http import Http404, HttpRequest, HttpResponse


def choose(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
