"""The checkout's first page: where the cart goes, or, for files alone, who they are for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import clock
from banibs.users.addresses import address_book
from banibs.users.addresses.address_form import AddressForm
from banibs.users.current_user import current_user
from banibs.users.models import Address
from marketplace.cart import contents as carts
from marketplace.checkout import company as companies
from marketplace.checkout import delivery_address, summary
from marketplace.checkout.company import CompanyForm
from marketplace.pricing.quote import Tender
from marketplace.regions.visitor_request import VisitorRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def choose(request: VisitorRequest) -> HttpResponse:
    """Picks a saved address or writes a new one, then on to the payment. An empty cart goes back to the cart."""
    contents = carts.contents(carts.for_request(request), request.place)
    if not contents.rows:
        return redirect("marketplace:cart")
    book = delivery_address.addresses(current_user(request))
    if request.method == "POST" and "address" in request.POST:
        return _pick(request, contents, book)
    wants_new = not book or "new" in request.GET or request.method == "POST"
    if not wants_new:
        return _page(request, contents, book=book)
    form = _form(request, contents, book)
    if request.method == "POST" and "change" not in request.POST:
        company = _company(request, str(request.POST.get("country", "")))
        if form.is_valid() and company.is_valid():  # no address is kept of a form that comes back
            return _add(request, contents, form, company)
        company.is_valid()
        return _page(request, contents, form=form, book=book, company=company, status=422)
    if (
        "change" in request.POST
    ):  # only the country was changed: show its lines with what was typed, complain of nothing
        form = AddressForm(initial=request.POST.dict(), **_kind(contents))
        if request.htmx:
            return render(request, "users/_address_fields.html", {"form": form})
    return _page(request, contents, form=form, book=book)


def _pick(request: VisitorRequest, contents: carts.Contents, book: list[Address]) -> HttpResponse:
    address = next((one for one in book if str(one.pk) == request.POST["address"]), None)
    if address is None:
        return _page(
            request,
            contents,
            book=book,
            problem=_("Choose one of these addresses, or write a new one."),
            status=422,
        )
    company = _company(request, address.country)
    if not company.is_valid():
        return _page(request, contents, book=book, company=company, picked=address, status=422)
    return _on(request, contents, address, book, company)


def _company(request: VisitorRequest, country: str) -> CompanyForm:
    """The company that was typed, held to the address's country. A form without its fields changes nothing."""
    return CompanyForm(_proposed(request), country=country)


def _add(
    request: VisitorRequest, contents: carts.Contents, form: AddressForm, company: CompanyForm
) -> HttpResponse:
    try:
        address = address_book.add(current_user(request), form.save(commit=False))
    except address_book.Full:
        form.add_error(None, _("Your address book is full. Delete an address you no longer use."))
        return _page(
            request, contents, form=form, book=delivery_address.addresses(current_user(request)), status=422
        )
    return _on(request, contents, address, delivery_address.addresses(current_user(request)), company)


def _on(
    request: VisitorRequest,
    contents: carts.Contents,
    address: Address,
    book: list[Address],
    company: CompanyForm,
) -> HttpResponse:
    """To the payment, once the address suits and every line can be bought; else back to this page, saying why."""
    if not delivery_address.is_deliverable(address, contents):
        problem = _(
            "This cart is priced for %(region)s. Choose an address there, or change the region of your cart."
        )
        if address.country in contents.place.countries:
            problem = _(
                "This address lacks something that a parcel there needs. "
                "Complete it in your address book, or choose another one."
            )
        return _page(
            request,
            contents,
            book=book,
            company=company,
            problem=problem % {"region": contents.place.name},
            status=422,
        )
    companies.keep(current_user(request), company.found)
    delivery_address.remember(request, address)
    return redirect("marketplace:address" if contents.problems else "payments:pay")


def _kind(contents: carts.Contents) -> dict[str, Any]:
    return {
        "parcel": contents.needs_delivery,
        "only": contents.place.countries if contents.needs_delivery else (),
        "first": contents.place.countries,
    }


def _form(request: VisitorRequest, contents: carts.Contents, book: list[Address]) -> AddressForm:
    if request.method == "POST":
        return AddressForm(request.POST, **_kind(contents))
    name = "" if book else current_user(request).get_full_name()
    return AddressForm(
        initial={"name": name, "country": next(iter(contents.place.countries))}, **_kind(contents)
    )


def _proposed(request: VisitorRequest) -> dict[str, str]:
    """What was just typed, else the company of the last time."""
    was = companies.kept(current_user(request))
    known = {"company": was.name, "vat_id": was.vat_id}
    return {name: request.POST.get(name, text) for name, text in known.items()}


def _page(
    request: VisitorRequest,
    contents: carts.Contents,
    *,
    book: list[Address],
    form: AddressForm | None = None,
    company: CompanyForm | None = None,
    picked: Address | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    fitting = {address.pk for address in book if delivery_address.is_deliverable(address, contents)}
    chosen = picked or delivery_address.chosen(request, book, contents)
    priced = contents if form else delivery_address.to(contents, chosen)
    context = {
        "step": "address",
        "contents": contents,
        "summary": summary.summarize(priced, priced.quote(Tender()), today=clock.now().date()),
        "book": [(address, address.pk in fitting, address == chosen) for address in book],
        "form": form,
        "company": company or CompanyForm(initial=_proposed(request)),
        "problem": problem,
    }
    return render(request, "marketplace/checkout/delivery_address.html", context, status=status)
