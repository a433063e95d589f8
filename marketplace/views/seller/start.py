from django.http import Http404, HttpRequest, HttpResponse


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def name(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def open_shop(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
