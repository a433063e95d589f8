"""Mail of a development machine: kept as files in a folder, read at /dev/mailbox/."""

import uuid
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

KEEP = 500  # the oldest go first


class Backend(BaseEmailBackend):
    """Writes each message, exactly as it would travel, to one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Writes them all; the number written."""
        folder = place()
        for message in email_messages:
            path = folder / f"{_next()}.eml"
            partial = path.with_suffix(".part")
            partial.write_bytes(message.message().as_bytes())
            partial.rename(path)
        for old in sorted(folder.glob("*.eml"))[:-KEEP]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def place() -> Path:
    """The folder of the mail."""
    folder: Path = settings.MAILBOX
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def names() -> list[str]:
    """The messages' names, newest first."""
    return [path.stem for path in sorted(place().glob("*.eml"), reverse=True)]


def read(name: str) -> Parsed:
    """One message. Raises FileNotFoundError."""
    if not name.replace("-", "").isalnum():
        raise FileNotFoundError(name)
    parsed = message_from_bytes((place() / f"{name}.eml").read_bytes(), policy=policy.default)
    assert isinstance(parsed, Parsed)
    return parsed


def _next() -> str:
    import time

    return f"{time.time_ns():020d}-{uuid.uuid4().hex[:6]}"
