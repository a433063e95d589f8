"""Asking before something goes that cannot be brought back: the same address again, with one more field.

It works without a script, and no address deletes at the first press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

SURE = "sure"
Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the page asks: what will go, what stays, the verb of the button, where "Keep it" leads."""

    title: Words
    text: Words
    yes: Words
    pending: Words
    back: str
    fields: Sequence[str] = ()  # names of the form that are sent again


def unless_sure(request: HttpRequest, question: Question) -> HttpResponse | None:
    """The page that asks, or None once the person has said yes."""
    if request.POST.get(SURE):
        return None
    kept = [(name, request.POST.get(name, "")) for name in question.fields]
    return render(request, "ask_first.html", {"question": question, "kept": kept, "sure": SURE})
