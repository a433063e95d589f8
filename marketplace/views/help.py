"""."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def index(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def article(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def robots(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def sitemap(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")
