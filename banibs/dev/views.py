"""The mailbox and the clock, so that a newcomer can read the mail and wait two days in a second."""

import re
from email.message import EmailMessage as Parsed

from csp.decorators import csp_replace, csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core.clock import now
from banibs.core.models import ClockOffset
from banibs.dev import mailbox, stripe_clock

SHOWN = 50
LINK = re.compile(r"https?://[^\s<>\"]+")


@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """The newest mails, for every address on this machine."""
    mails = [_headers(name) for name in mailbox.names()[:SHOWN]]
    return render(request, "dev/mailbox.html", {"mails": mails, "shown": SHOWN})


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its stubs want a narrower dict
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its links, its text, and its HTML in a frame that runs nothing."""
    message = _read(name)
    text = message.get_body(("plain",))
    body = text.get_content() if text is not None else ""
    context = {
        **_headers(name),
        "text": body,
        "links": list(dict.fromkeys(LINK.findall(body))),
        "has_html": message.get_body(("html",)) is not None,
        "attachments": [part.get_filename() for part in message.iter_attachments()],
    }
    return render(request, "dev/email.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # as above
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups"],
    }
)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a mail program would draw it: no script, no forms, inline styles allowed."""
    part = _read(name).get_body(("html",))
    if part is None:
        raise Http404
    return HttpResponse(part.get_content())


class ClockForm(forms.Form):
    """How far to move the clock."""

    hours = forms.IntegerField(label=_("Hours forward"), min_value=1, max_value=24 * 400, initial=48)


@require_http_methods(["GET", "POST"])
def clock(request: HttpRequest) -> HttpResponse:
    """Moves the clock that BANIBS asks (never the machine's) forward, or back to the real time.

    The clocks of the local Stripe, PayPal and Wise go forward along with it; they have no way back.
    """
    form = ClockForm(request.POST or None)
    if request.method == "POST" and "reset" in request.POST:
        ClockOffset.objects.all().delete()
        messages.success(request, _("The clock shows the real time again."))
        if settings.STRIPE_CONTROL_URL:
            messages.warning(request, _("The local Stripe’s clock only goes forward and stays where it is."))
        return redirect("dev:clock")
    if request.method == "POST" and form.is_valid():
        seconds = form.cleaned_data["hours"] * 3600
        stripe_clock.forward(seconds)
        others = stripe_clock.payout_providers_forward(seconds)
        if stripe_clock.stripe_forward(seconds) and others:
            messages.success(request, _("The clock has moved."))
        elif others:
            messages.warning(
                request, _("The clock has moved, the local Stripe’s has not: it does not answer.")
            )
        else:
            messages.warning(
                request, _("The clock has moved, a local provider’s has not: it does not answer.")
            )
        return redirect("dev:clock")
    offset = ClockOffset.objects.filter(id=1).first()
    status = 422 if form.is_bound else 200
    return render(request, "dev/clock.html", {"form": form, "now": now(), "offset": offset}, status=status)


def _read(name: str) -> Parsed:
    try:
        return mailbox.read(name)
    except FileNotFoundError as error:
        raise Http404 from error


def _headers(name: str) -> dict[str, object]:
    message = _read(name)
    sent = message["Date"].datetime if message["Date"] else None
    return {
        "name": name,
        "subject": message["Subject"],
        "to": message["To"],
        "sender": message["From"],
        "sent": sent,
    }
