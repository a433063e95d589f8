"""Each number that is a promise or a limit stands once, in the policy.py of its app, and everything reads it there."""

from __future__ import annotations

import ast
import datetime as dt
import functools
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from banibs.core.ui import quantities
from tests.promises import (
    test_accounts_and_retries,
    test_cases,
    test_evidence,
    test_limits_met,
    test_orders_and_shops,
    test_payout_methods,
    test_payout_providers,
    test_payout_schedules,
    test_payouts,
    test_shop_figures,
    test_tax_numbers,
)
from tests.promises.helpers import HELD
from tests.promises.test_amounts_shown import SHOWN
from tests.promises.test_sentences import SAID

HOLDING = (
    test_accounts_and_retries,
    test_cases,
    test_evidence,
    test_limits_met,
    test_orders_and_shops,
    test_payout_providers,
    test_payout_methods,
    test_payout_schedules,
    test_payouts,
    test_shop_figures,
    test_tax_numbers,
)  # each notes in HELD what it holds

ROOT = Path(__file__).resolve().parents[2]
APPS = {
    "core": "banibs.core",
    "api": "banibs.api",
    "users": "banibs.users",
    "notifications": "banibs.notifications",
    "developers": "banibs.developers",
    "wallet": "wallet",
    "marketplace": "marketplace",
    "payments": "payments",
    "payouts": "payouts",
}
SANDBOXES = ("stripe_sandbox", "paypal_sandbox", "wise_sandbox", "sandbox_kit")
HOUSES = ("banibs", "wallet", "marketplace", "payments", "payouts")

# What settings hand on: policy → the setting, as a path, and another value with what the setting must be then.
SETTINGS: dict[str, tuple[str, object, object]] = {
    "api.REQUESTS_PER_PERSON": ("REST_FRAMEWORK.DEFAULT_THROTTLE_RATES.person", "7/min", "7/min"),
    "api.REQUESTS_PER_ADDRESS": ("REST_FRAMEWORK.DEFAULT_THROTTLE_RATES.address", "3/min", "3/min"),
    "core.REQUEST_MOST_BYTES": ("DATA_UPLOAD_MAX_MEMORY_SIZE", 77, 77),
    "core.FORM_MOST_FIELDS": ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 78, 78),
    "core.HTTPS_ONLY_SECONDS": ("SECURE_HSTS_SECONDS", 79, 79),
    "core.DATABASE_CONNECT_SECONDS": ("DATABASES.default.OPTIONS.connect_timeout", 80, 80),
    "core.DATABASE_POOL_WAIT_SECONDS": ("DATABASES.default.OPTIONS.pool.timeout", 81, 81),
    "core.WEB_LOCK_SECONDS": ("DATABASE_WAITS.web.lock_timeout", 89, 89),
    "core.WEB_STATEMENT_SECONDS": ("DATABASE_WAITS.web.statement_timeout", 90, 90),
    "core.WORKER_LOCK_SECONDS": ("DATABASE_WAITS.worker.lock_timeout", 91, 91),
    "core.WORKER_STATEMENT_SECONDS": ("DATABASE_WAITS.worker.statement_timeout", 92, 92),
    "core.REDIS_CONNECT_SECONDS": ("CACHES.default.OPTIONS.SOCKET_CONNECT_TIMEOUT", 82, 82),
    "core.REDIS_ANSWER_SECONDS": ("CACHES.default.OPTIONS.SOCKET_TIMEOUT", 83, 83),
    "core.EMAIL_SERVER_SECONDS": ("EMAIL_TIMEOUT", 84, 84),
    "core.TASK_STOP_SECONDS": ("CELERY_TASK_SOFT_TIME_LIMIT", 85, 85),
    "core.TASK_MOST_SECONDS": ("CELERY_TASK_TIME_LIMIT", 86, 86),
    "core.TASK_HANDED_OUT_AGAIN_SECONDS": ("CELERY_BROKER_TRANSPORT_OPTIONS.visibility_timeout", 87, 87),
    "core.CATEGORIES_KEPT_SECONDS": ("CATEGORIES_KEEP_SECONDS", 88, 88),
    "users.SESSION_AGE": ("SESSION_COOKIE_AGE", dt.timedelta(days=9), 777_600),
    "users.REAUTHENTICATION_GOOD_FOR": (
        "ACCOUNT_REAUTHENTICATION_TIMEOUT",
        dt.timedelta(minutes=9),
        540,
    ),
    "users.EMAIL_CONFIRMATION_GOOD_FOR": (
        "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS",
        dt.timedelta(days=9),
        9,
    ),
    "users.PASSWORD_RESET_GOOD_FOR": ("PASSWORD_RESET_TIMEOUT", dt.timedelta(hours=1), 3600),
    "users.PASSWORD_LEAST_CHARACTERS": ("AUTH_PASSWORD_VALIDATORS.1.OPTIONS.min_length", 12, 12),
    "users.EMAIL_ADDRESSES_MOST": ("ACCOUNT_MAX_EMAIL_ADDRESSES", 4, 4),
    "users.SIGN_IN_LIMIT": ("ACCOUNT_RATE_LIMITS.login", "1/m/ip", "1/m/ip"),
    "users.PASSWORD_GUESS_LIMIT": ("ACCOUNT_RATE_LIMITS.login_failed", "2/m/ip", "2/m/ip"),
    "users.SIGN_UP_LIMIT": ("ACCOUNT_RATE_LIMITS.signup", "3/m/ip", "3/m/ip"),
    "users.PASSWORD_RESET_LIMIT": ("ACCOUNT_RATE_LIMITS.reset_password", "4/m/ip", "4/m/ip"),
    "users.EMAIL_CONFIRMATION_LIMIT": ("ACCOUNT_RATE_LIMITS.confirm_email", "5/m/key", "5/m/key"),
    "users.REAUTHENTICATION_LIMIT": ("ACCOUNT_RATE_LIMITS.reauthenticate", "6/m/user", "6/m/user"),
    "users.PASSWORD_CHANGE_LIMIT": ("ACCOUNT_RATE_LIMITS.change_password", "7/m/user", "7/m/user"),
    "users.EMAIL_CHANGE_LIMIT": ("ACCOUNT_RATE_LIMITS.manage_email", "8/m/user", "8/m/user"),
}

# What documents promise: the document, its sentence, and the policies that stand in it.
WRITTEN: list[tuple[str, str, tuple[str, ...]]] = [
    (
        "docs/money.md",
        "{} of physical and {} of digital lines",
        ("marketplace.MARKETPLACE_FEE_BPS.physical", "marketplace.MARKETPLACE_FEE_BPS.digital"),
    ),
    ("docs/money.md", "**Processing fee**: {} and a fixed part", ("marketplace.PROCESSING_FEE_BPS",)),
    ("docs/money.md", "Money clears {} after payment", ("marketplace.CLEAR_AFTER",)),
    ("docs/money.md", "completes by itself {} later", ("marketplace.COMPLETE_AFTER",)),
    ("docs/money.md", "an unpaid checkout after {}", ("payments.UNPAID_FOR",)),
    ("docs/money.md", "{} before the bank's date what there is goes by itself", ("payments.EVIDENCE_LEAD",)),
    ("README-payments.md", "goes by itself {} before the bank's date", ("payments.EVIDENCE_LEAD",)),
    ("docs/money.md", "dead after {}", ("payments.WEBHOOK_MOST_RETRIES",)),
    ("docs/glossary.md", "becomes the shop's own, {} after payment", ("marketplace.CLEAR_AFTER",)),
    (
        "docs/architecture.md",
        "no event has come after {}",
        ("payments.RETURN_PAGE_ASKS_AFTER_SECONDS",),
    ),
    (
        "docs/debugging.md",
        "the return page asks after {}, the sweeper after {}",
        ("payments.RETURN_PAGE_ASKS_AFTER_SECONDS", "payments.INTENT_STALE_AFTER"),
    ),
    (
        "docs/debugging.md",
        "{} and money clears, {} and an unpaid checkout ends, {} and an order completes",
        ("marketplace.CLEAR_AFTER", "payments.UNPAID_FOR", "marketplace.COMPLETE_AFTER"),
    ),
    ("docs/faults.md", "{} tries with jitter, then 503", ("core.DATABASE_MOST_TRIES",)),
    ("docs/faults.md", "{} tries with longer waits, then dead", ("payments.WEBHOOK_MOST_RETRIES",)),
    ("docs/decisions/0008-event-log-as-outbox.md", "given up after {} tries", ("core.EVENT_MOST_ATTEMPTS",)),
    ("README-payments.md", "after {} the intent is ended at Stripe", ("payments.UNPAID_FOR",)),
    (
        "README-payments.md",
        "the return page asks after {}, the sweeper after {};",
        ("payments.RETURN_PAGE_ASKS_AFTER_SECONDS", "payments.INTENT_STALE_AFTER"),
    ),
    ("README-payments.md", "by our own expiry after {}", ("payments.UNPAID_FOR",)),
    ("README-payments.md", "nobody finishes ends after {}.", ("payments.TOP_UP_OPEN_FOR",)),
    ("README-payments.md", "`dead` after {} tries", ("payments.WEBHOOK_MOST_RETRIES",)),
    ("SECURITY.md", "raw body, {} both ways", ("payments.WEBHOOK_MOST_SKEW_SECONDS",)),
    ("SECURITY.md", "after {}, the life of a session", ("users.SESSION_AGE",)),
    (".env.example", "API_RATE_PERSON={}", ("api.REQUESTS_PER_PERSON",)),
    (".env.example", "API_RATE_ADDRESS={}", ("api.REQUESTS_PER_ADDRESS",)),
]

# Read when a module is loaded (a column, a field of a form or of the API): another value, where it is seen after a
# start with it, and what stands there then.
MONTHS = (
    "drf_spectacular.generators:[one['schema']['{}'] for one in SchemaGenerator().get_schema(request=None, public=True)"
    "['paths']['/api/v1/seller/analytics/']['get']['parameters'] if one['name'] == 'months'][0]"
)
AT_START: dict[str, tuple[object, str, object]] = {
    "core.API_PAGE_MOST_ROWS": (7, "banibs.core.api.pagination:KeysetPage.max_page_size", 7),
    "core.PAGE_ROWS": (8, "banibs.core.api.pagination:KeysetPage.page_size", 8),
    "core.STAFF_PAGE_ROWS": (9, "banibs.core.staff.admin_base:Bounded.list_per_page", 9),
    "core.STAFF_REASON_MOST_CHARACTERS": (
        10,
        "wallet.approval_admin:CreditForm.base_fields['reason'].max_length",
        10,
    ),
    "marketplace.CART_LINE_MOST": (
        11,
        "marketplace.models:[str(one.condition) for one in CartItem._meta.constraints if 'quantity' in one.name]",
        ["(AND: ('quantity__gte', 1), ('quantity__lte', 11))"],
    ),
    "marketplace.COUPON_CODE_MOST_CHARACTERS": (
        12,
        "marketplace.models:Coupon._meta.get_field('code').max_length",
        12,
    ),
    "marketplace.SEARCH_WORD_MOST_CHARACTERS": (
        14,
        "marketplace.models:SearchWord._meta.get_field('word').max_length",
        14,
    ),
    "marketplace.PROCESSING_FEE_BPS": (
        13,
        "marketplace.models:Region._meta.get_field('processing_bps').default",
        13,
    ),
    "marketplace.PROCESSING_FEE_FIXED": (
        14,
        "marketplace.models:Region._meta.get_field('processing_fixed').default",
        14,
    ),
    "marketplace.DOWNLOADS_PER_SALE": (15, "marketplace.models:DigitalFile().limit", 15),
    "marketplace.DOWNLOAD_DAYS": (16, "marketplace.models:DigitalFile().days", 16),
    "marketplace.RETURN_DAYS": (17, "marketplace.models:Seller().return_days", 17),
    "marketplace.DELIVERY_MOST_DAYS": (
        17,
        "marketplace.views.seller.settings:RateForm.base_fields['max_days'].max_value",
        17,
    ),
    "marketplace.VARIANT_MOST_STOCK": (
        18,
        "marketplace.api.listing_serializers:VariantRequest().fields['stock'].max_value",
        18,
    ),
    "marketplace.LISTING_MOST_VARIANTS": (
        19,
        "marketplace.api.listing_serializers:ListingRequest().fields['variants'].max_length",
        19,
    ),
    "marketplace.RICH_TEXT_MOST_CHARACTERS": (
        20,
        "marketplace.api.listing_serializers:ListingRequest().fields['description'].max_length",
        20,
    ),
    "marketplace.PRICE_MOST": (
        21,
        "marketplace.api.listing_serializers:PriceRequest().fields['amount'].max_value",
        21,
    ),
    "users.TAX_ID_TYPED_MOST_CHARACTERS": (
        24,
        "marketplace.views.seller.tax_form:TaxDetailsForm.base_fields['tax_id'].max_length",
        24,
    ),
    "marketplace.ANALYTICS_MOST_MONTHS": (23, MONTHS.format("maximum"), 23),
    "marketplace.SELLER_CHART_MONTHS": (5, MONTHS.format("default"), 5),
}
# Limits that no page tells a person of. `test_a_number_is_read_when_code_runs` guards them: no copy can lag behind.
INTERNAL = {
    "payouts.SCHEDULES_RUN_AT_ONCE",
    "payouts.PAYOUTS_ON_OVERVIEW",
    "payouts.PAYOUTS_ON_THEIR_WAY_SHOWN",
    "payouts.RUNS_SHOWN",
    "payouts.PAYOUTS_SENT_AT_ONCE",
    "payouts.ATTEMPTS_LOOKED_UP_AT_ONCE",
    "payouts.ATTEMPT_LEFT_AFTER",
    "payouts.PROVIDER_SHORT_WAITS",
    "payouts.LOOK_UP_WAITS",
    "payouts.PAID_LOOKED_AT_FOR",
    "payouts.ATTEMPT_KEY_GOOD_FOR",
    "payouts.STRIPE_WORKING_DAYS",
    "payouts.STRIPE_PAYOUTS_LISTED",
    "payouts.STRIPE_PAYOUTS_SEARCHED",
    "payouts.METHODS_CHECKED_AT_ONCE",
    "payouts.METHODS_SEALED_AT_ONCE",
    "payments.DOCUMENTS_AT_ONCE",
    "payments.DOCUMENT_SERIES_AT_ONCE",
    "payments.DOCUMENT_MOST_WAITS",
    "payments.DOCUMENT_RENDER_SECONDS",
    "payments.DOCUMENT_MOST_MEMORY_BYTES",
    "payments.DOCUMENT_MOST_BYTES",
    "payments.DOCUMENT_MOST_LINES",
    "payments.DOCUMENT_CLAIMED_FOR",
    "payments.DOCUMENTS_RENDERED_AT_ONCE",
    "payments.DOCUMENT_ASKED_AGAIN_SECONDS",
    "payments.DOCUMENT_ASKED_LATER_SECONDS",
    "payments.DOCUMENT_ASKED_SOON_TIMES",
    "payments.INVOICES_SHOWN",
    "payments.REVERSE_CHARGE_COUNTRIES",
    "marketplace.MESSAGES_SHOWN",
    "payments.CASES_MOVED_AT_ONCE",
    "payments.CASES_SHOWN",
    "payments.CASE_EVENTS_SHOWN",
    "payments.CASE_PAGE_ASKS_AFTER_SECONDS",
    "payments.DECISION_MOST_CHOICES",
    "payments.DISPUTE_ASKED_AFTER",
    "payments.DISPUTE_ROWS",
    "payments.EVIDENCE_ASKED_AGAIN_AFTER",
    "payments.EVIDENCE_LOG_ROWS",
    "payments.EVIDENCE_PICTURE_MOST_PIXELS",
    "payments.EVIDENCE_SPARE_BYTES",
    "payments.EVIDENCE_TEXT_MOST_CHARACTERS",
    "payments.PROCESSING_ASKED_AFTER",
    "payments.STRIPE_REQUESTS_KEPT_FOR",
    "payments.DISPUTES_LISTED_BACK",
    "payments.DISPUTES_LISTED_AT_ONCE",
    "payments.DISPUTE_MOST_DRAWS",
    "core.API_MOST_NESTING",
    "core.REFUSAL_RECORDED_ONCE_IN",
    "core.TASK_FORGOTTEN_AFTER_SECONDS",
    "core.DATABASE_MOST_TRIES",
    "core.DATABASE_FIRST_WAIT_SECONDS",
    "core.OUTSIDE_CONNECT_SECONDS",
    "core.OUTSIDE_READ_SECONDS",
    "core.OUTSIDE_ONE_THREAD_IN",
    "core.OUTSIDE_PLACE_WAIT_SECONDS",
    "core.OUTSIDE_MOST_SILENCES",
    "core.OUTSIDE_PROBE_SECONDS",
    "core.BUSY_RETRY_SECONDS",
    "core.FRAGMENT_KEPT_SECONDS",
    "core.FRAGMENTS_KEPT",
    "core.AUDIT_ROWS_SHOWN",
    "core.AUDIT_WORK_MEMORY_MEGABYTES",
    "wallet.VERIFIED_AT_ONCE",
    "wallet.APPROVALS_LAPSED_AT_ONCE",
    "core.GUARDS_WAIT_FOR_RELEASE",
    "users.OTHER_LIMITS_WAIT_SECONDS",
    "users.USER_AGENT_MOST_CHARACTERS",
    "notifications.UNREAD_MOST_COUNTED",
    "developers.KEY_USE_RECORDED_EVERY",
    "developers.KEYS_SHOWN",
    "wallet.STATEMENT_LINES_AT_ONCE",
    "marketplace.SEARCH_CORRECTED_WORDS",
    "marketplace.SEARCH_LEAST_SIMILARITY",
    "wallet.EXPORT_ROWS_AT_ONCE",
    "wallet.CHECKPOINT_AFTER_TRANSFERS",
    "marketplace.BUCKET_LINK_GOOD_FOR",
    "marketplace.DOWNLOAD_REQUESTS_MOST",
    "marketplace.DOWNLOAD_REQUESTS_WITHIN",
    "marketplace.FILE_HEAD_BYTES",
    "marketplace.SCAN_SECONDS",
    "marketplace.SCAN_AT_LEISURE_SECONDS",
    "marketplace.SCANS_AT_ONCE_SECONDS",
    "marketplace.SCANNER_LEFT_ALONE_SECONDS",
    "marketplace.IMAGE_MOST_SIDE_PIXELS",
    "marketplace.IMAGE_QUALITY_PERCENT",
    "marketplace.UPLOADS_AT_ONCE",
    "marketplace.LOGO_SIDE_PIXELS",
    "marketplace.SITEMAP_LISTINGS",
    "marketplace.TAX_DETAILS_SEALED_AT_ONCE",
    "marketplace.SEARCH_MOST_RANKED",
    "marketplace.SEARCH_SHOPS_DEEPEST_ROW",
    "marketplace.FILTER_MOST_COUNTRIES",
    "marketplace.HOME_QUILT_LARGE",
    "marketplace.HOME_NEW_FOR",
    "marketplace.EAGER_IMAGES",
    "marketplace.SELLER_WAITING_COUNTED",
    "marketplace.SELLER_EXPORT_ROWS_AT_ONCE",
    "marketplace.SELLER_TIMELINE_ENTRIES",
    "marketplace.TIMELINE_MOST_ENTRIES",
    "core.PAGE_KEPT_SECONDS",
    "core.PAGE_KEPT_MOST_QUERY_CHARACTERS",
    "marketplace.PRODUCT_COUNTS_KEPT_SECONDS",
    "marketplace.SHOP_LISTS_KEPT_SECONDS",
    "marketplace.REGIONS_KEPT_SECONDS",
    "marketplace.SHOPS_REOPENED_AT_ONCE",
    "payments.STRIPE_CONNECT_SECONDS",
    "payments.STRIPE_READ_SECONDS",
    "payments.STRIPE_PAGE_ROWS",
    "payments.SAVED_CARDS_SHOWN",
    "payments.LEDGER_WATCHED_EVERY",
    "payments.LEDGER_VERIFY_MOST_SECONDS",
    "payments.LEDGER_ROWS_TOLD",
    "payments.REFUND_KEY_GOOD_FOR",
    "payments.CHANGE_METHOD_MOST_TRIES",
    "payments.STRIPE_MOST_RETRIES",
    "payments.WEBHOOK_CLAIMED_FOR",
    "payments.WEBHOOKS_AT_ONCE",
    "payments.WEBHOOK_SEARCHED_BACK",
    "payments.WEBHOOK_MONITOR_ROWS",
    "payments.WEBHOOK_MONITOR_INCIDENTS",
    "payouts.PROVIDER_CONNECT_SECONDS",
    "payouts.PROVIDER_READ_SECONDS",
    "payouts.PAYPAL_KEY_GOOD_FOR",
    "payouts.QUOTE_LEFT_AT_LEAST",
    "payouts.WISE_LOOKED_BEFORE",
    "payouts.WISE_PAGE_ROWS",
    "payouts.WISE_MOST_PAGES",
    "payouts.PAYOUTS_LISTED",
    "payouts.LISTED_BACK",
    "payouts.CHECKED_DAY",
    "payouts.PAYOUT_DESK_ROWS",
    "payouts.RISK_NEW_METHOD",
    "payouts.RISK_BUSY_WEEK",
    "payouts.RISK_BUSY_PAYOUTS",
    "payouts.OFFERS_LAPSED_AT_ONCE",
    "payments.FEE_ASKED_AFTER",
    "payments.MIRROR_MISSED_AFTER",
    "payments.MIRROR_MISSED_FOR",
    "payments.CHECKOUTS_EXPIRED_AT_ONCE",
    "payments.SWEPT_AT_ONCE",
    "payments.EXPIRY_RUN_SECONDS",
    "payments.SWEEP_RUN_SECONDS",
    "payments.SHOP_STATEMENT_AFTER",
    "payouts.CLEARING_RUN_SECONDS",
    "payouts.CLEARING_DAYS_SHOWN",
    "payouts.CLEARING_EXAMPLES_SHOWN",
    "payments.SECOND_PRESS_WAITS_SECONDS",
    "payments.RETURN_PAGE_ASKS_AFTER_SECONDS",
    "payments.RETURN_PAGE_GIVES_UP_AFTER_SECONDS",
}


def public(app: str) -> list[str]:
    """The numbers of an app's policy."""
    tree = ast.parse((ROOT / APPS[app].replace(".", "/") / "policy.py").read_text())
    return [
        f"{app}.{target.id}"
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


EVERY = [name for app in APPS for name in public(app)]


def value_of(name: str) -> object:
    app, constant = name.split(".")[:2]
    return getattr(import_module(f"{APPS[app]}.policy"), constant)


@functools.cache
def code() -> dict[str, ast.Module]:
    """Our modules: path → what they say. Migrations are history; the local providers have limits of their own."""
    found = {}
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            if not {"migrations", *SANDBOXES} & set(path.parts):
                found[str(path.relative_to(ROOT))] = ast.parse(path.read_text())
    return found


@functools.cache
def uses() -> dict[str, dict[str, bool]]:
    """policy → where it is read in code → whether only when the module is loaded."""
    found: dict[str, dict[str, bool]] = {}
    modules = {module: app for app, module in APPS.items()}
    for path, tree in code().items():
        names = {
            alias.asname or alias.name: modules[node.module or ""]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in modules
            for alias in node.names
            if alias.name == "policy"
        }
        for node, running in _walk(tree, running=False):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in names
            ):
                places = found.setdefault(f"{names[node.value.id]}.{node.attr}", {})
                places[path] = places.get(path, False) or not running
    return found


def _walk(node: ast.AST, *, running: bool) -> list[tuple[ast.AST, bool]]:
    """Every node, and whether it is looked at when a function runs: defaults and decorators are not."""
    found = [(node, running)]
    for name, value in ast.iter_fields(node):
        inside = running
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and name == "body":
            inside = True
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                found += _walk(child, running=inside)
    return found


@functools.cache
def pages() -> dict[str, str]:
    """Templates of pages and emails: path → text."""
    found = {}
    for folder in (ROOT / "templates", *(ROOT / house for house in HOUSES)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".html", ".txt") and "stripe_sandbox" not in path.parts:
                found[str(path.relative_to(ROOT))] = path.read_text()
    return found


@functools.cache
def named_in_pages() -> frozenset[str]:
    """What templates ask of policies."""
    return frozenset(
        name for text in pages().values() for name in re.findall(r'\{% policy(?:_seconds)? "([^"]+)"', text)
    )


# ---- every number ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", APPS)
def test_a_policy_imports_the_standard_library_alone(app: str) -> None:
    tree = ast.parse((ROOT / APPS[app].replace(".", "/") / "policy.py").read_text())
    imported = [
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    assert set(imported) <= {"datetime", "banibs.core.money"}


def test_every_number_is_used_outside_of_its_policy() -> None:
    used = set(uses()) | {".".join(name.split(".")[:2]) for name in named_in_pages()}
    assert [name for name in EVERY if name not in used and name != "core.RETRY_FIRST_WAIT"] == []
    assert "core.retry_wait" in used


def test_nothing_asks_a_policy_for_what_it_does_not_say() -> None:
    functions = {"core.retry_wait"}
    assert [name for name in uses() if name not in EVERY and name not in functions] == []
    assert [name for name in named_in_pages() if not quantities.policy_text(name)] == []


def test_every_number_is_changed_by_a_test_or_said_to_be_internal() -> None:
    written = {".".join(name.split(".")[:2]) for _path, _sentence, names in WRITTEN for name in names}
    changed = {name for name, *_rest in (*SAID, *SHOWN)} | set(HELD) | set(SETTINGS) | set(AT_START)
    assert [name for name in EVERY if name not in changed and name not in INTERNAL] == []
    assert INTERNAL & changed == set()
    assert (changed | INTERNAL | written) - set(EVERY) == set()


def test_a_number_is_read_when_code_runs() -> None:
    """Read when a module is loaded, a change would be seen by some and not by others: those are listed."""
    early = {
        name: [path for path, loaded in places.items() if loaded and path != "banibs/settings.py"]
        for name, places in uses().items()
    }
    found = {name: paths for name, paths in early.items() if paths and name not in AT_START}
    assert found == {
        "marketplace.CLEAR_AFTER_UNRECORDED": ["payments/audit/rows.py"],  # history: it does not change
        "payments.LEDGER_WATCHED_EVERY": ["banibs/periodic_jobs.py"],  # beat and the worker begin with them
        "payments.LEDGER_VERIFY_MOST_SECONDS": ["payments/tasks.py"],
    }


def test_the_name_of_a_number_tells_its_unit() -> None:
    """A length of time is a timedelta, or its name ends in …_SECONDS or …_DAYS; so with bytes and pixels."""
    unclear = re.compile(r"_(AFTER|FOR|WAIT|WITHIN|AGE|TIME|EVERY)$|_(WIDTHS?|SIDE|SIZE)$")
    for name in EVERY:
        if unclear.search(name):
            assert isinstance(value_of(name), dt.timedelta), name


# ---- where it is told --------------------------------------------------------------------------------------


def written(name: str) -> str:
    """As documents write it."""
    value = value_of(name)
    return value if isinstance(value, str) else quantities.policy_text(name)


@pytest.mark.parametrize(
    ("path", "sentence", "names"), WRITTEN, ids=[f"{row[0]}-{n}" for n, row in enumerate(WRITTEN)]
)
def test_a_document_says_what_policy_says(path: str, sentence: str, names: tuple[str, ...]) -> None:
    text = " ".join((ROOT / path).read_text().split()).casefold()
    assert sentence.format(*map(written, names)).casefold() in text


NUMBER = r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety)"
PROSE = re.compile(
    rf"\b{NUMBER} ?(?:%(?![a-z}}])|(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|tries|[KMG]B"
    rf"|megapixels|pixels)\b)",
    re.IGNORECASE,
)
# A number of something else: examples in comments of components, a length of a form's row.
NOT_A_PROMISE = {"templates/cotton/filerow.html": ["38 MB"]}


def test_a_page_writes_no_number_of_a_promise_itself() -> None:
    found = {path: prose(text) for path, text in pages().items()}
    assert {path: sorted(said) for path, said in found.items() if said} == NOT_A_PROMISE


def prose(text: str) -> list[str]:
    """Numbers with a unit in what a template says: in its sentences, not in its tags and attributes."""
    sentences = [
        *re.findall(r'_\("([^"]*)"\)|\{% translate "([^"]*)"', text),
        *re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate", text, re.DOTALL),
        *re.findall(r">([^<>{}]+)<", text),
    ]
    said = " ".join(" ".join(one) if isinstance(one, tuple) else one for one in sentences)
    return [found.group() for found in PROSE.finditer(said)]


def test_a_number_written_into_a_page_is_found() -> None:
    for text in (
        '{% translate "Held for two days" %}',
        "{% blocktranslate trimmed %}within 30 minutes{% endblocktranslate %}",
        "<p>keeps 10 % of it</p>",
        '{{ _("at most 20 MB") }}',
    ):
        assert len(prose(text)) == 1, text
    assert (
        prose("{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}")
        == []
    )


def test_code_tells_a_person_no_number_of_a_promise_itself() -> None:
    """A sentence that is translated takes its numbers from policy."""
    found = []
    for path, tree in code().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "_t", "_now", "gettext", "gettext_lazy", "ngettext")
            ):
                texts = [
                    one.value
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                found += [f"{path}: {text}" for text in texts if PROSE.search(text)]
    assert found == []


# ---- what is read at the start -----------------------------------------------------------------------------

LOOK = """
import datetime as dt, importlib, json, sys
import django
values, wanted = json.loads(sys.argv[1])
for module, name, value in values:
    policy = importlib.import_module(module + ".policy")
    setattr(policy, name, dt.timedelta(seconds=value["seconds"]) if isinstance(value, dict) else value)
django.setup()
from django.conf import settings
def setting(path):
    first, *rest = path.split(".")
    found = getattr(settings, first)
    for key in rest:
        found = found[int(key) if key.isdigit() else key]
    return found
def seen(path):
    module, expression = path.split(":", 1)
    return eval(expression, vars(importlib.import_module(module)))
print(json.dumps({path: seen(path) if ":" in path else setting(path) for path in wanted}))
"""


@functools.cache
def started() -> dict[str, object]:
    """What settings, columns and fields are after a start with other policies."""
    values = [
        (
            APPS[name.split(".")[0]],
            name.split(".")[1],
            {"seconds": value.total_seconds()} if isinstance(value, dt.timedelta) else value,
        )
        for name, (_path, value, _then) in SETTINGS.items()
    ] + [
        (APPS[name.split(".")[0]], name.split(".")[1], value)
        for name, (value, _path, _then) in AT_START.items()
    ]
    wanted = [path for path, *_rest in SETTINGS.values()] + [
        path for _value, path, _then in AT_START.values()
    ]
    overriding = ("API_RATE_PERSON", "API_RATE_ADDRESS", "HSTS_SECONDS", "CATEGORIES_KEEP_SECONDS")
    environment = {key: text for key, text in os.environ.items() if key not in overriding}
    answer = subprocess.run(
        [sys.executable, "-c", LOOK, json.dumps([values, wanted])],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "banibs.settings", "HTTPS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        return dict.fromkeys(wanted, answer.stderr[-3000:])
    found: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_hand_on_what_policy_says(name: str) -> None:
    path, _value, then = SETTINGS[name]
    assert started()[path] == then


@pytest.mark.parametrize("name", AT_START)
def test_columns_and_fields_are_what_policy_says(name: str) -> None:
    _value, path, then = AT_START[name]
    assert started()[path] == then


# ---- as a person reads it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (dt.timedelta(days=14), "two weeks"),
        (dt.timedelta(days=7), "one week"),
        (dt.timedelta(days=2), "two days"),
        (dt.timedelta(days=10), "ten days"),
        (dt.timedelta(hours=36), "36 hours"),
        (dt.timedelta(hours=1), "one hour"),
        (dt.timedelta(minutes=30), "30 minutes"),
        (dt.timedelta(seconds=90), "90 seconds"),
        (dt.timedelta(0), "0 seconds"),
        (dt.timedelta(seconds=5000), "5,000 seconds"),
    ],
)
def test_a_length_of_time_is_written_in_its_largest_whole_unit(length: dt.timedelta, words: str) -> None:
    assert quantities.duration(length) == words


def test_shares_and_sizes_are_written_as_people_write_them() -> None:
    assert [quantities.percent(bps) for bps in (1000, 825, 5)] == ["10 %", "8.25 %", "0.05 %"]
    assert [quantities.size(n) for n in (2 * 1024**3, 20 * 1024**2, 1536 * 1024, 1000, 1)] == [
        "2 GB",
        "20 MB",
        "1536 KB",
        "1000 bytes",
        "1 byte",
    ]


def test_a_sentence_is_written_when_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["first"]
    sentence = quantities.when_shown(lambda: said[0])
    said[0] = "second"
    assert str(sentence) == "second"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("nowhere.CLEAR_AFTER", LookupError),
        ("marketplace.NOTHING", AttributeError),
        ("marketplace.MARKETPLACE_FEE_BPS.paper", KeyError),
    ],
)
def test_a_page_that_asks_for_what_is_not_there_says_so(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        quantities.policy_text(name)
