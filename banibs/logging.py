"""Logs: one line of JSON each, with the request's or task's id, and with no secret in it."""

import logging
import logging.config
import re
from typing import Any

import structlog
from structlog.types import EventDict, Processor

from banibs.core.security.card_numbers import passes_luhn

# Card numbers, Stripe's keys and secrets, our API keys, bearer tokens and session cookies.
SECRETS = re.compile(
    r"\b(?:\d[ -]?){13,19}\b"
    r"|\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+|\bbnb_\w+"
    r"|(?i:bearer\s+)[\w.~+/=-]+|(?i:(?:session|csrftoken|password|secret)=)[^\s;&\"']+"
)
MASK = "[hidden]"


def hide_secrets(_: Any, __: str, event: EventDict) -> EventDict:
    """Masks what looks like a card number, key, token or cookie in every text of a log line."""
    return {name: _hidden(value) for name, value in event.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return SECRETS.sub(_mask_one, value)
    if isinstance(value, dict):
        return {key: _hidden(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(one) for one in value]
    return value


def _mask_one(match: re.Match[str]) -> str:
    text = match.group()
    digits = [int(character) for character in text if character.isdigit()]
    if text[:1].isdigit() and not passes_luhn(digits):
        return text  # an order number or a time, not a card
    return MASK


def configure(*, level: str, form: str) -> None:
    """Sends every log line of ours, Django's, Celery's and gunicorn's to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Processor] = [structlog.dev.ConsoleRenderer(colors=False)]
    if form == "json":
        last = [structlog.processors.format_exc_info, hide_secrets, structlog.processors.JSONRenderer()]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                "celery": {"level": "WARNING"},
                "kombu": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
                "fontTools": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def report_errors(dsn: str) -> None:
    """Sends errors to Sentry as well, without personal data and with secrets masked. Nothing when `dsn` is empty."""
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=lambda event, hint: _hidden(event),
    )
