from django.http import Http404, HttpRequest, HttpResponse


def order(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def post(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def slip(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
