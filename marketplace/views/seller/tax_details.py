"""The shop's tax details: who it is for the tax office, with its secret fields masked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from banibs.users.accounts import step_up
from banibs.users.current_user import current_user
from marketplace.models import TaxDetails
from marketplace.sellers import tax_details, tax_secrets
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.tax_form import TaxDetailsForm

_PAGE = "seller/settings/tax_details.html"


@sensitive_post_parameters(*tax_secrets.FIELDS)  # no report of an error holds them
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@seller_required
@step_up.to_see
def tax(request: SellerRequest) -> HttpResponseBase:
    """Shows the newest version and writes the next one. Choosing another country or form shows its fields with what was
    typed, and complains of nothing.
    """
    row = tax_details.newest(request.shop.pk)
    if request.method != "POST":
        return _page(request, _form_of(request, row), row)
    if "change" in request.POST:
        form = TaxDetailsForm(initial=_typed(request))
        return (
            render_page(request, "seller/settings/_tax_fields.html", {"form": form})
            if is_fragment(request)
            else _page(request, form, row)
        )
    form = TaxDetailsForm(request.POST, known=None if row is None else tax_secrets.unseal(row))
    if not step_up.is_fresh(request):
        form.is_valid()
        return _page(request, form, row, step_up_at=step_up.address(request), status=403)
    if not form.is_valid():
        return _page(request, form, row, status=400)
    return _save(request, form, row)


def _save(request: SellerRequest, form: TaxDetailsForm, row: TaxDetails | None) -> HttpResponseBase:
    try:
        new = form.save(request.shop, user=current_user(request))
    except tax_details.Changed as changed:
        typed = {**_typed(request), "version": changed.newest}
        return _page(request, TaxDetailsForm(initial=typed), row, changed=True, status=409)
    messages.success(
        request, _("Your tax details are saved.") if new else _("Nothing was different. Nothing was saved.")
    )
    return redirect("seller:tax")


def _typed(request: SellerRequest) -> dict[str, object]:
    return {**request.POST.dict(), "establishments": request.POST.getlist("establishments")}


def _form_of(request: SellerRequest, row: TaxDetails | None) -> TaxDetailsForm:
    """What is kept, masked; of a shop that gave nothing yet, what it says of itself elsewhere."""
    if row is not None:
        return TaxDetailsForm(initial={**tax_details.masked(row), "version": row.version})
    shop = request.shop
    return TaxDetailsForm(
        initial={
            "version": 0,
            "form": "individual",
            "country": shop.country,
            "city": shop.city,
            "legal_name": current_user(request).get_full_name(),
        }
    )


def _page(
    request: SellerRequest,
    form: TaxDetailsForm,
    row: TaxDetails | None,
    *,
    step_up_at: str = "",
    changed: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    context = {"form": form, "row": row, "step_up_at": step_up_at, "changed": changed}
    return render_page(request, _PAGE, context, status=status)
