"""The screens on which one member of staff asks for a credit and another decides about any request."""

from __future__ import annotations

import secrets
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

from banibs.core import idempotency
from banibs.core import policy as core_policy
from banibs.core.money import Money
from banibs.core.staff.admin_base import Bounded
from banibs.core.states.state_machine import InvalidTransition
from banibs.core.ui.forms import LineField, MoneyField, NoCardNumbers, TextField
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
    currency = LineField(label=_("Currency"), help_text=_("Three letters: USD, GBP, NGN"), max_length=3)
    amount = MoneyField(label=_("Amount"), help_text=_("Paid by BANIBS"), least=1)
    reason = TextField(
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

    def payload(self) -> dict[str, str | int]:
        """What the request would freeze."""
        amount: Money = self.cleaned_data["amount"]
        return credit_wallet.payload_of(user_id=self.person.pk, name=str(self.person), amount=amount)


class NoteForm(NoCardNumbers, forms.Form):
    """What the one who agrees adds."""

    note = LineField(label=_("Note"), max_length=core_policy.STAFF_REASON_MOST_CHARACTERS, required=False)


class WhyNotForm(NoCardNumbers, forms.Form):
    """Why it is refused."""

    note = LineField(
        label=_("Why not"),
        help_text=_("Whoever asked reads it"),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        error_messages={"required": _("Say why, so that whoever asked can learn from it.")},
    )


@admin.register(Approval)
class ApprovalAdmin(Bounded, admin.ModelAdmin[Approval]):
    """What waits for a second person, what was decided, and by whom."""

    list_display = ["what", "status", "requester", "requested_at", "decider"]
    list_filter = ["status"]
    list_select_related = ["requester", "decider"]
    fields = [
        "what",
        "subject",
        "reason",
        "status",
        "limit",
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

    @admin.display(description=_("who decides"))
    def limit(self, row: Approval) -> str:
        """Why one person was enough, or why two are needed."""
        if row.alone_limit is not None:
            limit = Money(row.alone_limit, row.currency)
            return _t("One person, within the limit of %(limit)s a day") % {"limit": limit}
        if row.status != Approval.Status.REQUESTED:
            return _t("Two people")
        try:
            allowance = approvals.allowance(row.action, payload=row.payload, requester=row.requester)
        except approvals.Tampered:
            return _t("Nobody: it was altered after it was made")
        if allowance.limit is None:
            return _t("Always two people")
        said = {"limit": allowance.limit, "asked": approvals.asked_that_day(row)}
        return (
            _t("Two people: one alone moves %(limit)s a day; %(asked)s was asked for about this that day")
            % said
        )

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
        form = CreditForm(request.POST or None, requester=current_user(request))
        context: dict[str, object] = {
            **self.admin_site.each_context(request),
            "title": _t("Credit a wallet"),
            "opts": self.opts,
            "form": form,
            "key": secrets.token_urlsafe(16),
        }
        if request.method == "POST" and form.is_valid() and "change" not in request.POST:
            allowance = approvals.allowance(
                credit_wallet.NAME, payload=form.payload(), requester=form.requester
            )
            seen = request.POST.get("people")
            people = "one" if allowance.enough else "two"
            if seen == people:
                return self._asked(request, form)
            if seen:
                messages.warning(request, _t("Meanwhile it takes others to decide. Look at it again."))
            context |= {
                "changes": approvals.action_of(credit_wallet.NAME).preview(form.payload()),
                "allowance": allowance,
                "people": people,
            }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/wallet/approval/credit.html", context, status=status)

    def _asked(self, request: HttpRequest, form: CreditForm) -> HttpResponse:
        """Asks once for each page that was shown: a second press is answered as the first was."""
        reason = str(form.cleaned_data["reason"])
        try:
            answer = idempotency.once(
                user_id=form.requester.pk,
                scope="credit_wallet",
                key=request.POST.get("key", ""),
                request={**form.payload(), "reason": reason},
                effect=lambda: _request_credit(form, reason),
            )
        except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
            messages.error(request, _t("This page was sent before. See what became of it, then ask again."))
            return redirect("admin:wallet_approval_changelist")
        if answer.status == DONE:
            messages.success(request, _t("Done: it was within what one person may give."))
        else:
            messages.success(request, _t("Asked for. Somebody else must agree before anything moves."))
        return redirect("admin:wallet_approval_change", answer.body["approval"])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """The request, and the two buttons for whoever may decide it."""
        row = self.get_object(request, object_id)
        context: dict[str, object] = {
            "approval": row,
            "approve": NoteForm(auto_id="approve_%s"),
            "refuse": WhyNotForm(auto_id="refuse_%s"),
        }
        if row is not None:
            context |= {"may_decide": self._may_decide(request, row), **_preview(row)}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @method_decorator(require_POST)
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Does what was asked for."""
        form = NoteForm(request.POST)
        return self._decide(
            request, pk, approvals.approve, form, _t("Approve and do it"), _t("Approved, and done.")
        )

    @method_decorator(require_POST)
    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Closes the request."""
        form = WhyNotForm(request.POST)
        return self._decide(request, pk, approvals.refuse, form, _t("Refuse"), _t("Refused. Nothing moved."))

    def _decide(
        self, request: HttpRequest, pk: int, verb: Decision, form: forms.Form, label: str, done: str
    ) -> HttpResponse:
        row = Approval.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        if not request.user.has_perm(approvals.action_of(row.action).decides):
            raise PermissionDenied
        if not form.is_valid():
            return self._again(request, row, form, label)
        try:
            verb(pk, decider=current_user(request), note=form.cleaned_data["note"])
            messages.success(request, done)
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

    def _again(self, request: HttpRequest, row: Approval, form: forms.Form, label: str) -> HttpResponse:
        """The decision with what is wrong beside it; nothing typed is lost."""
        context = {
            **self.admin_site.each_context(request),
            **_preview(row),
            "title": label,
            "opts": self.opts,
            "row": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/wallet/approval/again.html", context, status=422)

    def _may_decide(self, request: HttpRequest, row: Approval) -> bool:
        try:
            return row.status == Approval.Status.REQUESTED and approvals.may_decide(
                row, current_user(request)
            )
        except approvals.Tampered:
            return False


DONE, WAITS = 200, 202


def _request_credit(form: CreditForm, reason: str) -> idempotency.Answer:
    approval = approvals.request_credit(
        requester=form.requester,
        user_id=form.person.pk,
        name=str(form.person),
        amount=form.cleaned_data["amount"],
        reason=reason,
    )
    status = DONE if approval.status == Approval.Status.APPROVED else WAITS
    return idempotency.Answer(status, {"approval": approval.pk})


def _preview(row: Approval) -> dict[str, object]:
    """What it would do while it waits, or why it cannot be done any more."""
    if row.status != Approval.Status.REQUESTED:
        return {}
    try:
        changes: Sequence[approvals.Change] = approvals.action_of(row.action).preview(row.payload)
        return {"changes": changes}
    except approvals.Tampered as not_so:
        return {"problem": str(not_so)}
