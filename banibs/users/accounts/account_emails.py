"""Letters about an account, sent by the worker; by the web process itself only when there is no queue to put them in."""

from __future__ import annotations

from collections.abc import Mapping

import redis
import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from banibs.users import tasks

log = structlog.get_logger(__name__)


def send_after_commit(*, letter: str, to: str, facts: Mapping[str, str]) -> None:
    """Sends a letter after the running transaction commits. `facts` fill its template and must be text."""
    transaction.on_commit(lambda: _queue(letter, to, dict(facts)))


def _queue(letter: str, to: str, facts: dict[str, str]) -> None:
    try:
        tasks.send_account_email.delay(letter, to, facts)
    except (OperationalError, redis.RedisError, OSError) as error:
        # Nobody's sign-up waits for a broker: the person is at the screen and needs this mail now.
        log.warning("letter.sent_directly", letter=letter, error=type(error).__name__)
        try:
            tasks.send_account_email(letter, to, facts)
        except OSError as refusal:
            log.error("letter.lost", letter=letter, error=str(refusal))
