"""Background jobs of accounts."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from banibs.core import mail


@shared_task(
    name="banibs.users.tasks.send_letter",
    autoretry_for=(OSError,),  # smtplib's errors are OSErrors
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def send_account_email(letter: str, to: str, facts: dict[str, Any]) -> None:
    """Sends one letter about an account; tried again for about half an hour when the mail server is away."""
    mail.send(template=letter, to=[to], context=facts)
