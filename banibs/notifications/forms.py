"""Which letters a person wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from banibs.notifications.kinds import BUYING, KINDS, SELLING
from banibs.notifications.models import Choice


class EmailChoicesForm(forms.Form):
    """One box for each kind of notice whose letter may be switched off; ticked: it comes by email too."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        off = set(Choice.objects.filter(user=user).values_list("kind", flat=True))
        for name, kind in KINDS.items():
            if kind.letter and not kind.always:
                self.fields[name] = forms.BooleanField(
                    label=str(kind.label), required=False, initial=name not in off
                )

    def sides(self) -> list[tuple[Any, list[BoundField]]]:
        """The boxes of buying and those of selling."""
        titles = ((BUYING, _("When you buy")), (SELLING, _("When you sell")))
        return [
            (title, [self[name] for name in self.fields if KINDS[name].side == side])
            for side, title in titles
        ]

    def save(self) -> None:
        """Keeps what was switched off."""
        off = [name for name, wanted in self.cleaned_data.items() if not wanted]
        with transaction.atomic():
            Choice.objects.filter(user=self.user).exclude(kind__in=off).delete()
            Choice.objects.bulk_create(
                (Choice(user=self.user, kind=name) for name in off), ignore_conflicts=True
            )
