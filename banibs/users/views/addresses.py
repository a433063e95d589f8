"""The address book: where parcels go."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banibs.core.security import access_audit
from banibs.core.ui import ask_first
from banibs.core.ui.htmx import HtmxRequest
from banibs.users import policy
from banibs.users.addresses import address_book
from banibs.users.addresses.address_form import AddressForm
from banibs.users.current_user import current_user
from banibs.users.models import Address
from banibs.users.next_url import next_url


@require_safe
@login_required
@never_cache
def listing(request: HtmxRequest) -> HttpResponse:
    """Every address, the default first."""
    book = Address.objects.filter(user=current_user(request))[: policy.ADDRESS_BOOK_MOST]
    return render(
        request, "users/address_list.html", {"book": book, "full": len(book) >= policy.ADDRESS_BOOK_MOST}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HtmxRequest) -> HttpResponse:
    """A form for another address."""
    user = current_user(request)
    name = "" if user.addresses.exists() else user.name
    return _form(request, Address(user=user), {"name": name, "country": _country(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Changes an address. Orders keep the one they were placed with."""
    return _form(request, _own(request, pk), {})


def _own(request: HtmxRequest, pk: int) -> Address:
    """An address of this person. Another's, or none, is 404, and another's is noted."""
    return access_audit.get_own_or_404(
        Address.objects.filter(pk=pk, user=current_user(request)),
        among=Address.objects.filter(pk=pk),
        user=current_user(request),
    )


def _countries(request: HtmxRequest) -> list[str]:
    """The countries of the region that the visitor shops in."""
    return list(request.place.countries)  # type: ignore[attr-defined]  # from the middleware of regions, which stands to the right


def _country(request: HtmxRequest) -> str:
    """The first of them."""
    return next(iter(_countries(request)), "GB")


def _form(request: HtmxRequest, address: Address, initial: dict[str, str]) -> HttpResponse:
    first = _countries(request)
    form = AddressForm(request.POST or None, instance=address, initial=initial, first=first)
    if "change" in request.POST:  # only the country: its lines with what was typed, and no complaints
        form = AddressForm(instance=address, initial=request.POST.dict(), first=first)
        if request.htmx:
            return render(request, "users/_address_fields.html", {"form": form})
    elif request.method == "POST" and form.is_valid():
        return _save(request, form)
    context = {"form": form, "address": address, "next": next_url(request, "")}
    return render(request, "users/address_form.html", context, status=422 if form.errors else 200)


def _save(request: HtmxRequest, form: AddressForm) -> HttpResponse:
    if form.instance.pk:
        form.save()
    else:
        try:
            address_book.add(form.instance.user, form.save(commit=False))
        except address_book.Full:
            messages.error(request, _("Your address book is full. Delete an address you no longer use."))
            return HttpResponseRedirect(reverse("users:addresses"))
    messages.success(request, _("Address saved."))
    return HttpResponseRedirect(next_url(request, reverse("users:addresses")))


@require_POST
@login_required
def delete(request: HtmxRequest, pk: int) -> HttpResponse:
    """Forgets an address, after a question."""
    address, back = _own(request, pk), reverse("users:addresses")
    question = ask_first.Question(
        title=_("Delete this address?"),
        text=_("%(address)s. Orders keep the address they were placed with.") % {"address": address},
        yes=_("Delete the address"),
        pending=_("Deleting…"),
        back=back,
    )
    asked = ask_first.unless_sure(request, question)
    if asked is not None:
        return asked
    address_book.remove(address)
    messages.success(request, _("Address deleted. Orders keep the one they were placed with."))
    return HttpResponseRedirect(back)


@require_POST
@login_required
def make_default(request: HtmxRequest, pk: int) -> HttpResponse:
    """Makes this address the one that is offered first."""
    address_book.make_default(_own(request, pk))
    messages.success(request, _("This address is offered first from now on."))
    return HttpResponseRedirect(reverse("users:addresses"))
