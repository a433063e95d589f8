"""Every template that code or another template names is there, and every template of ours is named by something."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

from banibs.core import mail
from banibs.notifications.kinds import KINDS
from banibs.users.accounts.adapter import EMAILS as ACCOUNT_EMAILS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
APPS = ("banibs", "marketplace", "payments", "payouts", "wallet")
IN_CODE = re.compile(r"""["']([\w/.-]+\.(?:html|txt))(?:#\w+)?["']""")
IN_TEMPLATES = re.compile(r"""\{%\s*(?:include|extends)\s[^%]*?["']([\w/.-]+\.(?:html|txt))["']""")
PASSED_ON = re.compile(r"""with\s+[^%]*?=["']([\w/.-]+\.html)["']""")  # an included part includes it in turn
EMAILS = (
    {kind.letter for kind in KINDS.values() if kind.letter}
    | set(ACCOUNT_EMAILS.values())
    | {"account_changed"}
)
# Found by name at a run: `{% visitor_fragment %}`, `{% cached_fragment %}` and an article of the help pages.
BY_NAME = re.compile(r"^(components|marketplace/help)/[a-z_]+\.html$")
# Named by what Django, allauth and cotton look for, not by us.
THEIRS = ("account/", "admin/", "allauth/", "cotton/", "django/", "mfa/", "usersessions/")


def _names() -> Iterator[tuple[str, str]]:
    """Each place that names a template, and the name."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "sandbox" in str(path):  # the local Stripe has templates of its own
                continue
            for name in IN_CODE.findall(path.read_text()):
                if "/" in name or (TEMPLATES / name).exists():  # the demo's goods hold a notes.txt
                    yield str(path.relative_to(ROOT)), name
    for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        text = path.read_text()
        for name in [*IN_TEMPLATES.findall(text), *PASSED_ON.findall(text)]:
            yield str(path.relative_to(ROOT)), name


def test_template_names_lead_to_templates() -> None:
    known = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}
    named = {name: place for place, name in _names()}
    assert len(named) > 90
    for name in named.keys() - known:
        get_template(name)  # allauth's and Django's own; raises TemplateDoesNotExist with the name


def test_templates_are_named_by_something() -> None:
    named = {name for _, name in _names()}
    named |= {
        f"{mail.template_path(name)}.{end}" for name in EMAILS for end in ("html", "txt", "subject.txt")
    }
    ours = {
        name
        for path in TEMPLATES.rglob("*")
        if path.is_file() and not (name := str(path.relative_to(TEMPLATES))).startswith(THEIRS)
    }
    assert not sorted(name for name in ours - named if not BY_NAME.match(name))


@pytest.mark.parametrize("name", sorted(EMAILS))
def test_emails_have_three_files_under_the_name_that_rows_and_tasks_keep(name: str) -> None:
    for ending in ("html", "txt", "subject.txt"):
        engines["django"].get_template(f"{mail.template_path(name)}.{ending}")
