"""Why a payout is refused or waits: codes of the API, with their words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from banibs.core.ui import quantities
from payouts import policy


class PayoutRefused(Exception):
    """It cannot be done; nothing has moved. `code` and `status` are the API's, `field` names what to mend."""

    def __init__(self, code: str, message: str, *, status: int = 409, field: str = "") -> None:
        self.code = code
        self.message = message
        self.status = status
        self.field = field
        super().__init__(f"{code}: {message}")


def waits_text(code: str) -> str:
    """Why a payout waits, or a due date was skipped, for its seller. Codes: `can_send.reason` and the runs of schedules."""
    return {
        "payouts_paused": _(
            "All payouts wait while we check our books. Nothing is lost; it goes on by itself."
        ),
        "account_suspended": _("Skipped: account suspended."),
        "on_hold": _("BANIBS holds your payouts; the reason stands above."),
        "method_removed": _("The destination was removed. Choose another one."),
        "method_not_verified": _("The destination is not verified yet."),
        "method_cooling_off": _("The destination is new: it waits before money goes there."),
        "insufficient_available": _("Your available balance is too small just now."),
        "below_minimum": _("It is less than the least that is paid out; it is carried to the next date."),
        "missed": _("We were not there on that day; it was made up for on the date after it."),
        "provider_short": _("Waiting for the card money to reach BANIBS."),
        "provider_not_configured": _("This way to be paid is not set up on this site."),
        "quote_worse": _("The rate has become worse since you confirmed. Confirm again or cancel."),
        "currency_not_supported": _("The destination does not take this currency."),
        "not_confirmed": _("Tell us first that the small first payout has arrived."),
        "needs_approval": _("A second person at BANIBS looks at it first."),
    }.get(code, "")


def being_checked() -> str:
    """Why a payout is held that people look at first, for its seller."""
    said = _("BANIBS checks it within %(within)s. There is nothing you need to do.")
    return said % {"within": quantities.duration(policy.CHECKED_WITHIN)}
