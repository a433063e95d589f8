"""Base classes and columns of admin pages: read-only rows, amounts as money, buttons that change a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Field, Model, SlugField
from django.db.models import TextField as TextColumn
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import events, policy
from banibs.core.money import Money
from banibs.core.states import state_labels
from banibs.core.ui.forms import LineField, NoCardNumbers, TextField
from banibs.core.ui.icons import icon

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Bounded:
    """Lists of staff: few rows a page, and no second count of a whole table."""

    show_full_result_count = False
    list_per_page = policy.STAFF_PAGE_ROWS
    # What staff write is cleaned as what anybody writes.
    formfield_overrides: ClassVar[Mapping[type[Field[Any, Any]], Mapping[str, Any]]] = {
        CharField: {"form_class": LineField},
        SlugField: {"form_class": forms.SlugField},
        TextColumn: {"form_class": TextField},
    }


class Undeletable(Bounded):
    """Rows that may be changed but never deleted: something happened with them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReadOnly(Undeletable):
    """Rows that are history: written by BANIBS itself, read by staff."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


def money(name: str, label: StrOrPromise, *, currency: str = "currency") -> Callable[[Any], str]:
    """A column that writes an amount of minor units as people read it. `currency` may lead over relations."""

    @admin.display(description=label, ordering=name)
    def column(row: Any) -> str:
        amount = getattr(row, name)
        held = row
        for part in currency.split("__"):
            held = getattr(held, part)
        return "" if amount is None else Money(amount, held).format()

    column.__name__ = f"{name}_money"
    return column


def state(kind: str, label: StrOrPromise, *, name: str = "status") -> Callable[[Any], str]:
    """A column that writes a state as the pages do: icon, word, colour."""

    @admin.display(description=label, ordering=name)
    def column(row: Any) -> str:
        word = state_labels.label(kind, getattr(row, name))
        return format_html('<span class="badge {}">{}{}</span>', word.tone, icon(word.icon), word.say())

    column.__name__ = f"{name}_word"
    return column


class ReasonForm(NoCardNumbers, forms.Form):
    """Why staff do it. The person it happens to reads this."""

    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The seller reads it. Say what happened and what they can do."),
    )


class StateButtons(admin.ModelAdmin[Any]):
    """Adds buttons to a row's page that move its state, each asking for a reason first.

    `moves` is verb → (button, the states in which it is there). `make_move` does it.
    """

    moves: Mapping[str, tuple[StrOrPromise, frozenset[str]]] = {}
    reason_form: type[ReasonForm] = ReasonForm
    change_form_template = "admin/change_form_with_actions.html"

    def make_move(self, row: Any, verb: str, *, actor: events.Actor, reason: str) -> None:
        """Does it. Raises ValueError-like refusals with a sentence for staff."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """The row's pages, and one for each move."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/<str:verb>/", view, name=name), *super().get_urls()]

    def move_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Asks for the reason, then moves."""
        row = self.get_object(request, str(pk))
        if row is None or verb not in self.moves:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        back = redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk]))
        label, from_states = self.moves[verb]
        if row.status not in from_states:
            messages.warning(request, _("%(row)s changed meanwhile. Nothing was done.") % {"row": row})
            return back
        form = self.reason_form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            actor = events.Actor.person(request.user, role="staff")
            self.make_move(row, verb, actor=actor, reason=form.cleaned_data["reason"])
            self.log_change(request, row, f"{verb}: {form.cleaned_data['reason']}")
            messages.success(request, _("%(what)s: done.") % {"what": label})
            return back
        context = {
            **self.admin_site.each_context(request),
            "title": label,
            "form": form,
            "row": row,
            "opts": self.opts,
        }
        return TemplateResponse(
            request, "admin/action_confirmation.html", context, status=400 if form.errors else 200
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The row's page with the moves that its state allows."""
        row: Model | None = kwargs.get("obj")
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_move"
        context["moves"] = [
            {
                "label": label,
                "url": reverse(name, args=[row.pk, verb]),
                "danger": verb in ("suspend", "archive"),
            }
            for verb, (label, from_states) in self.moves.items()
            if row is not None and row.status in from_states  # type: ignore[attr-defined]  # a model with states
        ]
        return super().render_change_form(request, context, *args, **kwargs)
