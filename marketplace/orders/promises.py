"""What a shop promises about sending back and cancelling, and the sentences in which pages say it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Promises:
    """What a shop promises about its orders. `return_days` counts from the day on which the buyer has it."""

    return_days: int
    return_paid_by: str
    cancel_policy: str

    @property
    def returns(self) -> str:
        """About sending back, in a sentence."""
        if not self.return_days:
            return _("This shop takes nothing back that is as described.")
        days = {"n": self.return_days}
        if self.return_paid_by == "seller":
            return (
                ngettext(
                    "You can send it back within %(n)d day. The shop pays the way back.",
                    "You can send it back within %(n)d days. The shop pays the way back.",
                    self.return_days,
                )
                % days
            )
        return (
            ngettext(
                "You can send it back within %(n)d day. You pay the way back.",
                "You can send it back within %(n)d days. You pay the way back.",
                self.return_days,
            )
            % days
        )

    @property
    def cancelling(self) -> str:
        """About cancelling before it is sent, in a sentence."""
        if self.cancel_policy == "by_request":
            return _("Until it is sent you can ask the shop to cancel.")
        return _("Until it is sent you can cancel at once.")
