from django.http import Http404, HttpRequest, HttpResponse


def pending(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
