from django.http import Http404, HttpRequest, HttpResponse


def orders(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def export(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
