"""."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def cart(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def add(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def item(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def coupon(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def seen(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")
