"""."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def product(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")
