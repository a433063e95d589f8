"""The screens on which one member of staff asks for a credit and another decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from babel.numbers import is_currency
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from banibs.core import policy as core_policy
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.core.ui.forms import MoneyField, NoCardNumbers
from banibs.users.current_user import current_user
from banibs.users.models import User
from wallet import approvals
from wallet.approvals import credit_wallet
from wallet.models import Approval


class Decision(Protocol):
    """One of the two answers to a request: `approvals.approve`, `approvals.refuse`."""

    def __call__(self, approval_id: int, *, decider: User, note: str) -> Approval: ...


class CreditForm(NoCardNumbers, forms.Form):
    """Whose wallet, how much, and why."""

    email = forms.EmailField(label=_("Whose wallet"), help_text=_("The person's email address"))
    currency = forms.CharField(label=_("Currency"), help_text=_("Three letters: USD, GBP, NGN"), max_length=3)
    amount = MoneyField(label=_("Amount"), help_text=_("Paid by BANIBS"), least=1)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person reads it in their statement"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
    )

    def __init__(self, data: QueryDict | None = None, *, requester: User) -> None:
        super().__init__(data)
        self.requester = requester
        asked = str(data.get("currency", "")).strip().upper() if data else ""
        if is_currency(asked):
            cast(MoneyField, self.fields["amount"]).currency = asked

    def clean_email(self) -> str:
        """Finds the person."""
        email = str(self.cleaned_data["email"])
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise forms.ValidationError(_t("Nobody here has this address."))
        if person.pk == self.requester.pk:
            raise forms.ValidationError(_t("Nobody credits their own wallet."))
        self.person = person
        return email

    def clean_currency(self) -> str:
        """A currency that exists."""
        currency = str(self.cleaned_data["currency"]).upper()
        if not is_currency(currency):
            raise forms.ValidationError(_t("There is no such currency."))
        return currency

    def consequences(self) -> dict[str, object]:
        """What the request would change, and whether a second person must agree."""
        amount: Money = self.cleaned_data["amount"]
        payload: dict[str, str | int] = {
            "user": self.person.pk,
            "name": str(self.person),
            "amount": amount.amount,
            "currency": amount.currency,
        }
        return {
            "changes": approvals.action_of(credit_wallet.NAME).preview(payload),
            "two": approvals.needs_two(credit_wallet.NAME, payload=payload, requester=self.requester),
        }


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin[Approval]):
    """What waits for a second person, what was decided, and by whom."""

    list_display = ["what", "status", "requester", "requested_at", "decider"]
    list_filter = ["status"]
    list_select_related = ["requester", "decider"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        "what",
        "subject",
        "reason",
        "status",
        "requester",
        "requested_at",
        "expires_at",
        "decider",
        "decided_at",
        "decision_note",
    ]
    change_form_template = "admin/wallet/approval/decide.html"

    def has_change_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:
        """Never: a request is decided, not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Approval | None = None) -> bool:
        """Never."""
        return False

    @admin.display(description=_("what"))
    def what(self, row: Approval) -> str:
        """The request in words."""
        return str(row)

    def get_urls(self) -> list[URLPattern]:
        """With the two decisions."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", wrap(self.approve), name="wallet_approval_approve"),
            path("<int:pk>/refuse/", wrap(self.refuse), name="wallet_approval_refuse"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Asks for a credit; nothing moves before a second person agrees."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        requester = current_user(request)
        form = CreditForm(request.POST or None, requester=requester)
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Credit a wallet"),
            "opts": self.opts,
            "form": form,
        }
        if request.method == "POST" and form.is_valid():
            if "confirmed" in request.POST:
                return self._asked(request, form)
            if "change" not in request.POST:
                context |= form.consequences()
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/wallet/approval/credit.html", context, status=status)

    def _asked(self, request: HttpRequest, form: CreditForm) -> HttpResponse:
        approval = approvals.request_credit(
            requester=form.requester,
            user_id=form.person.pk,
            name=str(form.person),
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
        )
        if approval.status == Approval.Status.APPROVED:
            messages.success(request, _t("Done: it was within what one person may give."))
        else:
            messages.success(request, _t("Asked for. Somebody else must agree before anything moves."))
        return redirect("admin:wallet_approval_change", approval.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """The request, and the two buttons for whoever may decide it."""
        row = self.get_object(request, object_id)
        context = {
            "approval": row,
            "may_decide": row is not None and self._may_decide(request, row),
            "changes": _changes(row) if row is not None else [],
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @method_decorator(require_POST)
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Does what was asked for."""
        return self._decide(request, pk, approvals.approve, _t("Approved, and done."))

    @method_decorator(require_POST)
    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Closes the request."""
        if not request.POST.get("note", "").strip():
            messages.error(request, _t("Say why, so that whoever asked can learn from it."))
            return redirect("admin:wallet_approval_change", pk)
        return self._decide(request, pk, approvals.refuse, _t("Refused. Nothing moved."))

    def _decide(self, request: HttpRequest, pk: int, verb: Decision, done: str) -> HttpResponse:
        if not request.user.has_perm("wallet.decide_approval"):
            raise PermissionDenied
        try:
            verb(
                pk,
                decider=current_user(request),
                note=request.POST.get("note", "").strip()[: core_policy.STAFF_REASON_MOST_CHARACTERS],
            )
            messages.success(request, done)
        except Approval.DoesNotExist as error:
            raise Http404 from error
        except approvals.NotAllowed:
            messages.error(request, _t("You asked for this, or would gain by it. Somebody else must decide."))
        except approvals.Tampered:
            messages.error(
                request,
                _t("This request was altered after it was made, or cannot be done any more. Nothing moved."),
            )
        except InvalidTransition as refused:
            current = Approval.Status(refused.current).label
            messages.error(
                request, _t("Too late: this is “%(state)s” now. Nothing moved.") % {"state": current}
            )
        return redirect("admin:wallet_approval_change", pk)

    def _may_decide(self, request: HttpRequest, row: Approval) -> bool:
        user = request.user
        return (
            row.status == Approval.Status.REQUESTED
            and user.has_perm("wallet.decide_approval")
            and approvals.may_decide(row, current_user(request))
        )


def _changes(row: Approval) -> Sequence[approvals.Change]:
    """What it would do, while it waits; nothing when it cannot be done any more."""
    if row.status != Approval.Status.REQUESTED:
        return []
    try:
        return approvals.action_of(row.action).preview(row.payload)
    except approvals.Tampered:
        return []
