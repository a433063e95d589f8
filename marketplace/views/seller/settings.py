from django.http import Http404, HttpRequest, HttpResponse


def profile(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def delivery(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def try_delivery(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def pause(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
