"""What ends with a session of a browser that a person ends."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession

from banibs.developers import keys


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ends sessions on "Where you are signed in", and the API keys that were made in them.

    Whoever ends a session that was not theirs takes what it left behind with it. A plain sign-out ends no key.
    """

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """Ends these sessions and their keys."""
        ending = list(sessions)
        keys.revoke_made_in(session.session_key for session in ending)
        super().end_sessions(ending)
