"""."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def search(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


def suggestions(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")
