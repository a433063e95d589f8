"""`/seller/payouts/methods/`: where a shop's money goes. Every change asks once more who it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banibs.core import clock, events
from banibs.core.ui import ask_first
from banibs.users.accounts import step_up
from banibs.users.current_user import current_user
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from payouts.methods import add_method, change_method, of_shop, offers, verify_method
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.reading import purses
from payouts.views import layout
from payouts.views.method_forms import MethodForm, NameForm
from wallet.payout_pause import payouts_paused

_LIST, _ADD = "seller/payouts/methods/list.html", "seller/payouts/methods/add.html"
_EDIT = "seller/payouts/methods/edit.html"
Kind = PayoutMethod.Kind


@require_safe
@never_cache
@seller_required
def methods(request: SellerRequest) -> HttpResponseBase:
    """The destinations with their state, and what can be added."""
    context = {
        "methods": of_shop.living(request.shop.pk),
        "offers": offers.offers(request.shop),
        "now": clock.now(),
        "hold": purses.hold(request.shop.pk),
        "paused": payouts_paused(),
    }
    return _page(request, _LIST, context)


@require_safe
@never_cache
@seller_required
def row(request: SellerRequest, pk: int) -> HttpResponseBase:
    """One destination of the list, which asks for itself while its provider checks it."""
    context = {"method": _found(request, pk), "now": clock.now()}
    return render_page(request, "seller/payouts/methods/_method.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@seller_required
@step_up.to_see
def add(request: SellerRequest, kind: str) -> HttpResponseBase:
    """The form of a kind. Choosing a currency or coin shows its fields with what was typed, and complains of nothing."""
    if kind not in offers.ADDED_HERE:
        raise Http404
    offer = next(one for one in offers.offers(request.shop) if one.kind == kind)
    if offer.why_not:
        return _page(request, _ADD, {"offer": offer})
    by_second_step = kind != Kind.CRYPTO or step_up.is_fresh_by_second_step(request)
    if request.method != "POST":
        if not by_second_step and step_up.has_second_step(request):
            return redirect(step_up.second_step_address(request))
        return _add_page(request, offer, MethodForm(kind))
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if "change" in typed:
        form = MethodForm(kind, initial=typed)
        if is_fragment(request):
            return render_page(request, "seller/payouts/methods/_fields.html", {"form": form})
        return _add_page(request, offer, form)
    form = MethodForm(kind, typed)
    if not (step_up.is_fresh(request) and by_second_step):
        form.is_valid()
        return _add_page(request, offer, form, step_up_at=_show_who(request, kind), status=403)
    if not form.is_valid():
        return _add_page(request, offer, form, status=400)
    return _added(request, offer, form)


def _added(request: SellerRequest, offer: offers.Offer, form: MethodForm) -> HttpResponseBase:
    try:
        method = add_method.add_method(
            request.shop,
            offer.kind,
            form.typed(),
            user_id=current_user(request).pk,
            actor=_seller(request),
            name=form.cleaned_data["name"],
        )
    except MethodRefused as refused:
        form.refuse(refused)
        return _add_page(request, offer, form, status=refused.status)
    messages.success(
        request, _("%(method)s was added. We have sent you an email about it.") % {"method": method}
    )
    return redirect("payouts:methods")


def _show_who(request: SellerRequest, kind: str) -> str:
    return step_up.second_step_address(request) if kind == Kind.CRYPTO else step_up.address(request)


def _add_page(
    request: SellerRequest, offer: offers.Offer, form: MethodForm, *, step_up_at: str = "", status: int = 200
) -> HttpResponseBase:
    context = {
        "offer": offer,
        "form": form,
        "step_up_at": step_up_at,
        "needs_second_step": offer.kind == Kind.CRYPTO and not step_up.has_second_step(request),
    }
    return _page(request, _ADD, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@seller_required
@step_up.to_see
def edit(request: SellerRequest, pk: int) -> HttpResponseBase:
    """The seller's own word for it. Another destination is added anew."""
    method = _found(request, pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": method.name})
    context = {"method": method, "form": form}
    if request.method != "POST":
        return _page(request, _EDIT, context)
    if not step_up.is_fresh(request):
        form.is_valid()
        return _page(request, _EDIT, {**context, "step_up_at": step_up.address(request)}, status=403)
    if not form.is_valid():
        return _page(request, _EDIT, context, status=400)
    change_method.rename(request.shop.pk, pk, form.cleaned_data["name"], actor=_seller(request))
    messages.success(request, _("Saved."))
    return redirect("payouts:methods")


@require_POST
@never_cache
@seller_required
def change(request: SellerRequest, pk: int, verb: str) -> HttpResponseBase:
    """`default`, `verify`, `confirm` or `remove`. Removing asks first; all but asking a provider ask who it is."""
    method = _found(request, pk)
    back = reverse("payouts:methods")
    if verb != "verify" and not step_up.is_fresh(request):
        messages.info(request, _("Confirm that it is you, then do it again."))
        return redirect(step_up.address(request, back=back))
    if verb == "remove":
        asked = ask_first.unless_sure(request, _question(method, back))
        if asked is not None:
            return asked
    try:
        said = _VERBS[verb](request, pk)
    except MethodRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect(back)


def _page(
    request: SellerRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponseBase:
    return render_page(request, template, {**context, "tabs": layout.tabs("payouts:methods")}, status=status)


def _question(method: PayoutMethod, back: str) -> ask_first.Question:
    return ask_first.Question(
        title=_("Remove %(method)s?") % {"method": method},
        text=_(
            "Nothing more is sent there, and its schedules end. What is on its way already arrives. Added again, it"
            " waits again."
        ),
        yes=_("Remove it"),
        pending=_("Removing…"),
        back=back,
    )


def _default(request: SellerRequest, pk: int) -> str:
    method = change_method.make_default(request.shop.pk, pk, actor=_seller(request))
    return _("%(method)s is offered first from now on.") % {"method": method}


def _verify(request: SellerRequest, pk: int) -> str:
    method = verify_method.verify(request.shop.pk, pk, actor=_seller(request))
    return _("Asked: %(state)s.") % {"state": method.get_state_display().lower()}


def _confirm(request: SellerRequest, pk: int) -> str:
    change_method.confirm_first(request.shop.pk, pk, actor=_seller(request))
    return _("Thank you. From now on any amount can be sent there.")


def _remove(request: SellerRequest, pk: int) -> str:
    method = change_method.remove(request.shop.pk, pk, actor=_seller(request))
    return _("%(method)s was removed.") % {"method": method}


_VERBS = {"default": _default, "verify": _verify, "confirm": _confirm, "remove": _remove}


def _seller(request: SellerRequest) -> events.Actor:
    return events.Actor.person(current_user(request), role="seller")


def _found(request: SellerRequest, pk: int) -> PayoutMethod:
    try:
        return of_shop.found(request.shop.pk, pk)
    except PayoutMethod.DoesNotExist as error:
        raise Http404 from error
