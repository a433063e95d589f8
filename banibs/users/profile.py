"""Profile."""

from django.http import Http404, HttpRequest, HttpResponse


def edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
