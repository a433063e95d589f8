"""Rendering of forms: label above, hint, control, error line with an icon, and a summary of errors on top.

`{{ form }}` renders a whole form, `{{ form.email.as_field_group }}` one field; see templates/django/forms/.
Django itself adds aria-invalid and aria-describedby.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from banibs.core import money
from banibs.core.money import Money
from banibs.core.security.card_numbers import CODE, REFUSED, has_card_number
from banibs.core.text import clean_line, clean_text


class Renderer(TemplatesSetting):
    """Renders forms with the project's templates."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"


class NoCardNumbers(forms.BaseForm):
    """Beside a form's base: no text of it may hold a card number, except what carriers and phone companies number."""

    digits_allowed: ClassVar[frozenset[str]] = frozenset({"phone", "tracking", "sku"})

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's hook for what is checked after a form's own rules
        for name, value in list(self.cleaned_data.items()):
            if name not in self.digits_allowed and isinstance(value, str) and has_card_number(value):
                self.add_error(name, forms.ValidationError(REFUSED, code=CODE))


class LineField(forms.CharField):
    """One line that a person writes."""

    def to_python(self, value: Any) -> Any:
        """The line as it is kept. Raises ValidationError."""
        return clean_line(super().to_python(value) or "") or self.empty_value


class TextField(forms.CharField):
    """Several lines that a person writes."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The text as it is kept. Raises ValidationError."""
        return clean_text(super().to_python(value) or "") or self.empty_value


class MoneyInput(forms.TextInput):
    """An amount in major units, typed on a number pad."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Money as plain major units; what a person typed stays as it was."""
        return value.plain if isinstance(value, Money) else super().format_value(value)


class MoneyField(forms.CharField):
    """An amount of one currency. Cleans to `Money`, or None when empty and not required.

    `currency` may be set on the field by the form, when it is known only then.
    """

    widget = MoneyInput
    default_error_messages = {
        "invalid_amount": _("Enter an amount like %(example)s."),
        "too_small": _("Enter at least %(least)s."),
        "too_large": _("Enter at most %(most)s."),
    }

    def __init__(
        self, *, currency: str = "USD", least: int = 0, most: int = money.MAX_AMOUNT, **kwargs: Any
    ) -> None:
        self.currency = currency
        self.least = least
        self.most = most
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """What was typed as Money. Raises ValidationError with an example of a good amount."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = money.parse(text, self.currency)
        except money.InvalidAmount as error:
            example = Money(1250, self.currency).plain
            raise forms.ValidationError(
                self.error_messages["invalid_amount"], code="invalid_amount", params={"example": example}
            ) from error
        if amount.amount < self.least:
            least = Money(self.least, self.currency).format()
            raise forms.ValidationError(
                self.error_messages["too_small"], code="too_small", params={"least": least}
            )
        if amount.amount > self.most:
            most = Money(self.most, self.currency).format()
            raise forms.ValidationError(
                self.error_messages["too_large"], code="too_large", params={"most": most}
            )
        return amount
