"""The wallet's pages: what a person holds, where it came from and where it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from banibs.core.clock import now
from banibs.core.db.keyset_pagination import turned_query
from banibs.core.money import Money
from banibs.core.ui import csv_files
from banibs.core.ui.htmx import HtmxRequest
from banibs.users.models import User
from wallet import accounts, filters, ledger, statement
from wallet import demo_credit as demo


@require_GET
@login_required
@vary_on_headers("HX-Request")
def wallet(request: HtmxRequest) -> HttpResponse:
    """What the person holds in each currency, and the statement of one of them. Three queries."""
    chosen = _filter(request)
    held = ledger.wallet_balances(_me(request))
    currency = _currency(request, held)
    code = accounts.wallet(_me(request))
    page = statement.page(
        code, currency, span=chosen.span, older_than=chosen.older_than, newer_than=chosen.newer_than
    )
    context = {
        "currency": currency,
        "chosen": chosen,
        "page": page,
        "newer_url": _turned(request, newer=page.newer),
        "older_url": _turned(request, older=page.older),
        "file_url": _file_url(request, currency),
        "groups": [(name, words) for name, (words, _kinds) in filters.GROUPS.items()],
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "wallet/wallet.html#lines", context)
    return render(request, "wallet/wallet.html", context | _around(request, held, currency))


def _around(request: HtmxRequest, held: Mapping[str, dict[str, int]], currency: str) -> dict[str, object]:
    """What stands above the statement."""
    mine = held.get(currency, {"available": 0, "held": 0})
    return {
        "available": Money(mine["available"], currency),
        "held": Money(mine["held"], currency),
        "others": [
            (Money(amounts["available"], other), Money(amounts["held"], other))
            for other, amounts in held.items()
            if other != currency
        ],
        "months": filters.months(statement.opened(accounts.wallet(_me(request)), currency), now()),
        "demo_amount": demo.offer(currency),
        "play_money": demo.is_play_money(currency),
    }


@require_GET
@login_required
def statement_csv(request: HtmxRequest) -> StreamingHttpResponse:
    """The chosen part of a statement as a file, oldest first, streamed."""
    chosen = _filter(request)
    currency = _currency(request, ledger.wallet_balances(_me(request)))
    lines = statement.oldest_first(accounts.wallet(_me(request)), currency, span=chosen.span)
    name = "-".join(filter(None, ["banibs-wallet", currency.lower(), chosen.month, chosen.group]))
    return StreamingHttpResponse(
        _csv(lines),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _csv(lines: Iterator[statement.Line]) -> Iterator[str]:
    yield csv_files.MARK
    yield from csv_files.lines(_table(lines))


def _table(lines: Iterator[statement.Line]) -> Iterator[list[csv_files.Cell]]:
    yield [_("Date (UTC)"), _("What"), _("Reference"), _("Note"), _("Currency"), _("Amount"), _("Balance")]
    for line in lines:
        moment = line.at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        texts = [moment, str(line.text), str(line.reference), str(line.memo), line.amount.currency]
        yield [*texts, Decimal(line.amount.plain), Decimal(line.balance.plain)]


@require_POST
@login_required
def demo_credit(request: HtmxRequest) -> HttpResponse:
    """Demo money on a development machine; goes back to where it was asked for."""
    currency = _currency(request, ledger.wallet_balances(_me(request)))
    try:
        given = demo.credit(user=_me(request), currency=currency)
        said = (
            _("%(amount)s of play money added.")
            if demo.is_play_money(currency)
            else _("%(amount)s of demo money added.")
        )
        messages.success(request, said % {"amount": given})
    except demo.NotHere as error:
        raise Http404 from error
    except demo.Enough:
        messages.error(request, _("That was all the demo money for today. Tomorrow there is more."))
    return HttpResponseRedirect(_back(request) or f"{reverse('wallet:wallet')}?currency={currency}")


def _me(request: HtmxRequest) -> int:
    """Who is signed in."""
    return cast(User, request.user).pk


def _back(request: HtmxRequest) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def _filter(request: HtmxRequest) -> filters.Filter:
    try:
        return filters.read(request.GET.dict())
    except filters.NoSuchFilter as error:
        raise Http404 from error


def _currency(request: HtmxRequest, held: Mapping[str, object]) -> str:
    """The currency asked for, else the visitor's region's, else the first that the person holds."""
    own: str = request.place.currency  # type: ignore[attr-defined]  # from the middleware of regions, which stands to the right
    asked = (request.GET if request.method == "GET" else request.POST).get("currency")
    if not asked:
        return own if own in held or not held else next(iter(held))
    if asked != own and asked not in held:
        raise Http404
    return asked


def _turned(request: HtmxRequest, **place: statement.Place | None) -> str | None:
    """This address with another place in the statement; None where there is nothing further."""
    (name, where) = next(iter(place.items()))
    if where is None:
        return None
    return turned_query(request.GET, ("older", "newer"), name, where)


def _file_url(request: HtmxRequest, currency: str) -> str:
    query = request.GET.copy()
    for place in ("older", "newer"):
        query.pop(place, None)
    query["currency"] = currency
    return f"{reverse('wallet:statement_csv')}?{query.urlencode()}"
