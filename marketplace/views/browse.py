"""."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def everything(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def category(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")
