"""Payment."""

from django.http import Http404, HttpRequest, HttpResponse


def till(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Soon."""
    raise Http404
