"""What a browser calls itself, in the words of people: "Chrome on Linux"."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from ua_parser import parse

from banibs.users import policy

SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
VARIANTS = re.compile(
    r"^(Mobile |Headless)|( Mobile)?( iOS| WebView)?$"
)  # "Mobile Safari" is Safari to its owner


def browser_name(user_agent: str) -> str:
    """The browser and the system that a `User-Agent` header speaks of; "An unknown browser" when it names neither."""
    found = parse(user_agent[: policy.USER_AGENT_MOST_CHARACTERS])
    browser = VARIANTS.sub("", found.user_agent.family) if found.user_agent else ""
    system = SYSTEMS.get(found.os.family, found.os.family) if found.os else ""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if system:
        return _("A browser on %(system)s") % {"system": system}
    return browser or _("An unknown browser")
