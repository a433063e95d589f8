"""The cards that a person has left with Stripe: seen and removed here."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banibs.core.ui import ask_first
from banibs.users.current_user import current_user
from payments.gateways import outcomes
from payments.gateways.stripe import customers
from payments.stripe_answers import explain
from payments.views.card_payment import try_again


@require_safe
@login_required
@never_cache
def cards(request: HttpRequest) -> HttpResponse:
    """`/account/cards/`"""
    try:
        return render(request, "payments/saved_cards.html", {"cards": customers.cards(current_user(request))})
    except (outcomes.Unknown, outcomes.Refused) as problem:
        return try_again(render(request, "payments/saved_cards.html", {"problem": explain(problem)}))


@require_POST
@login_required
def remove(request: HttpRequest) -> HttpResponse:
    """Forgets one card, after a question."""
    question = ask_first.Question(
        title=_("Remove this card?"),
        text=_("Stripe forgets it too. To pay with it again you type its number again."),
        yes=_("Remove the card"),
        pending=_("Removing…"),
        back=reverse("payments:cards"),
        fields=("card",),
    )
    asked = ask_first.unless_sure(request, question)
    if asked is not None:
        return asked
    try:
        customers.remove(current_user(request), request.POST.get("card", ""))
        messages.success(request, _("The card is removed"))
    except customers.NotYours as foreign:
        raise Http404 from foreign
    except (outcomes.Unknown, outcomes.Refused) as problem:
        messages.error(request, f"{explain(problem).message} {_('The card is still there.')}")
    return redirect("payments:cards")
