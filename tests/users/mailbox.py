"""Reading the mail that a test's people got."""

import re

from banibs.dev import mailbox


def newest(to: str) -> mailbox.Parsed:
    """The last mail to an address."""
    for name in mailbox.names():
        message = mailbox.read(name)
        if to in str(message["To"]):
            return message
    raise AssertionError(f"no mail for {to}")


def link(message: mailbox.Parsed, part: str) -> str:
    """The address in a mail's text that holds `part`."""
    body = message.get_body(("plain",))
    assert body is not None
    return next(one for one in re.findall(r"https?://\S+", body.get_content()) if part in one)


def count(to: str) -> int:
    """How many mails an address got."""
    return sum(to in str(mailbox.read(name)["To"]) for name in mailbox.names())
