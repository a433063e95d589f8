"""What the local Stripe is, and Django's settings for it alone: no database, no sessions, no apps of BANIBS."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

API_VERSION = "2026-08-26.dahlia"
PLATFORM = "acct_1BanibsLocalStripe"

DEBUG = False
SECRET_KEY = "the-local-stripe-signs-nothing-with-this"  # nosec B105  # nothing depends on it
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("SANDBOX_HOSTS", "").split(",")),
]
ROOT_URLCONF = "banibs.dev.stripe_sandbox.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["banibs.dev.stripe_sandbox.http.call.Guard"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"libraries": {"sandbox": "banibs.dev.stripe_sandbox.pages.filters"}, "builtins": []},
    }
]
USE_TZ = True
USE_I18N = False
TIME_ZONE = "UTC"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LOGGING_CONFIG = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a long cart is many fields
