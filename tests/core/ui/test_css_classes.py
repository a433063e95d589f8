"""Class names are words, and each one that the style sheets speak of stands in a template, in code or in a script."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NO_RULES = re.compile(r"/\*.*?\*/|url\([^)]*\)", re.DOTALL)
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
# Set by htmx, or by a number: `chart-{n}` of charts, whose colours are five.
BUILT = {"htmx-request", "htmx-swapping", "chart-2", "chart-3", "chart-4", "chart-5"}
# They dress pages whose classes are Django's, and the explorer, whose classes are Swagger UI's.
DJANGOS = {"admin", "admin_narrow", "admin_dashboard", "explorer"}


def _classes(*, of_ours: bool) -> set[str]:
    sheets = (ROOT / "static" / "css").glob("*.css")
    texts = [
        NO_RULES.sub("", sheet.read_text()) for sheet in sheets if not (of_ours and sheet.stem in DJANGOS)
    ]
    return set(CLASS.findall("\n".join(texts)))


def _sources() -> str:
    folders = [ROOT / "templates", ROOT / "static" / "js"]
    folders += [ROOT / app for app in ("banibs", "marketplace", "payments", "payouts", "wallet")]
    return "\n".join(
        path.read_text()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".html", ".js", ".py"} and "sandbox" not in str(path)
    )


def test_class_names_are_words() -> None:
    short = {name for name in _classes(of_ours=False) if len(name) < 3}
    assert short <= {"by", "ok", "up"}


def test_classes_with_rules_are_used() -> None:
    words = set(re.findall(r"[a-zA-Z][\w-]*", _sources()))
    assert not _classes(of_ours=True) - words - BUILT


def test_emails_dress_for_the_dark_what_they_dress_by_day() -> None:
    style = (ROOT / "templates" / "emails" / "base.html").read_text().split("<style>")[1].split("</style>")[0]
    by_day = CLASS.findall(NO_RULES.sub("", (ROOT / "static" / "css" / "mail.css").read_text()))
    assert set(CLASS.findall(style)) <= set(by_day)
