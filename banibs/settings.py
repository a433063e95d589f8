"""Settings of every part, the default beside each name. `.env.example` lists those read from the environment."""

import sys
import uuid
from email.utils import parseaddr
from pathlib import Path

import django_stubs_ext
import environ
from botocore.config import Config as BucketConfig
from django.utils.translation import gettext_lazy as _

from banibs.api import policy as api_policy
from banibs.core import policy as core_policy
from banibs.logging import configure as configure_logging
from banibs.users import policy as users_policy

django_stubs_ext.monkeypatch()  # lets ModelForm[Address] and the like be written for the type checker

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# What kind of process this is: a web server answers people, a worker does what may take longer, a command is a person's.
_program = Path(sys.argv[0])
if not {"banibs.wsgi", "banibs.asgi"}.isdisjoint(sys.modules):
    PROCESS = "web"
elif "celery" in (_program.name, _program.parent.name):
    PROCESS = "worker"
else:
    PROCESS = "command"
WEB_THREADS = env.int("WEB_THREADS", 4)  # of each web process, as in banibs/gunicorn.py

DEBUG = env.bool("DEBUG", False)
# Set by `make run` and the tests: the mailbox page, the movable clock, demo people. Never in production.
DEVELOPMENT = env.bool("BANIBS_DEVELOPMENT", False)
# Set by `make run` alone: templates are read and pages are made anew each time, so that an edit shows at once.
RELOAD = env.bool("BANIBS_RELOAD", False)
HOME = Path(env.str("BANIBS_HOME", str(BASE_DIR)))  # where a laptop keeps mail and the timetable's memory
SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip(
    "/"
)  # links in mail use this, never the Host header
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# ---- apps ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "banibs.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",  # widget templates, for our own form renderer
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "rest_framework",
    "djstripe",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "django_prometheus",
    "banibs.apps.BanibsConfig",
    "banibs.core",
    "banibs.users",
    "wallet",
    "marketplace",
    "payments",
    "payouts",
    "banibs.notifications",
    "banibs.developers",
    "banibs.api",
]
if DEVELOPMENT:
    INSTALLED_APPS.append("banibs.dev")
    CELERY_IMPORTS = ["banibs.dev.demo.tasks"]
    SILENCED_SYSTEM_CHECKS = [
        "djstripe.W002"
    ]  # "STRIPE_API_HOST should not be set": the local Stripe is meant

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "banibs.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "banibs.web.time_zone.TimeZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "banibs.web.middleware.ConsentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "marketplace.regions.middleware.RegionMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "banibs.urls"
WSGI_APPLICATION = "banibs.wsgi.application"
ASGI_APPLICATION = "banibs.asgi.application"

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders if RELOAD else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "banibs.web.context_processors.shop",
            ],
        },
    },
]
FORM_RENDERER = "banibs.core.ui.forms.Renderer"

# ---- engines -----------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/banibs")
# Who owns the tables and functions. The servers, and every other command, are the role of DATABASE_URL.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", "") or DATABASE_URL
OWNER_COMMANDS = (
    "migrate",
    "makemigrations",
    "showmigrations",
    "grant_web_role",
    "flush",
    "dev_tables",
    "demo_data",
)


def _role(url: str) -> tuple[str, str]:
    """The user and the password in a database's address."""
    parts = env.db_url_config(url)
    return str(parts.get("OPTIONS", {}).get("user", parts["USER"])), str(parts["PASSWORD"])


DATABASE_WEB_ROLE, DATABASE_WEB_PASSWORD = _role(DATABASE_URL)
DATABASE_OWNER_ROLE = _role(DATABASE_OWNER_URL)[0]
_as_owner = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
_database = env.db_url_config(DATABASE_OWNER_URL if _as_owner else DATABASE_URL)
_options = _database.pop("OPTIONS", {})
DATABASE_PREPARED = env.bool(
    "DATABASE_PREPARED", True
)  # False behind a pooler that keeps no prepared statements
# A limit travels in the connection's opening, so every statement has it, in or out of a transaction, on a replica too,
# without a round trip. A pooler hands sessions around and refuses these words: there it sets them itself (docs/deploy.md).
DATABASE_LIMITS = env.bool("DATABASE_LIMITS", True)
DATABASE_WAITS = {  # seconds, by kind of process; a command waits as long as it takes
    "web": {
        "lock_timeout": core_policy.WEB_LOCK_SECONDS,
        "statement_timeout": core_policy.WEB_STATEMENT_SECONDS,
    },
    "worker": {
        "lock_timeout": core_policy.WORKER_LOCK_SECONDS,
        "statement_timeout": core_policy.WORKER_STATEMENT_SECONDS,
    },
    "command": {},
}
if DATABASE_LIMITS and DATABASE_WAITS[PROCESS]:
    _waits = [f"-c {name}={seconds}s" for name, seconds in DATABASE_WAITS[PROCESS].items()]
    # What the address itself asks for comes last, so it wins.
    _options["options"] = " ".join([*_waits, _options.get("options", "")]).strip()
DATABASES = {
    "default": {
        **_database,
        "HOST": _options.pop("host", _database["HOST"]),  # a socket's folder stands in the URL's query
        "USER": _options.pop("user", _database["USER"]),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": env.int("DATABASE_POOL", 8),
                "timeout": core_policy.DATABASE_POOL_WAIT_SECONDS,
            },
            # Planned once and kept: half of what PostgreSQL does for a purchase is planning (docs "Speed").
            "server_side_binding": DATABASE_PREPARED,
            "prepare_threshold": 4 if DATABASE_PREPARED else None,
            "connect_timeout": core_policy.DATABASE_CONNECT_SECONDS,
            **_options,
        },
    }
}
CATEGORIES_KEEP_SECONDS = env.int("CATEGORIES_KEEP_SECONDS", core_policy.CATEGORIES_KEPT_SECONDS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",  # one client per server: a tenth of a cached page's work
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "banibs",
        # A Redis that is away must not hold a page. Pickled as Django's own backend did, to the byte.
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": core_policy.REDIS_CONNECT_SECONDS,
            "SOCKET_TIMEOUT": core_policy.REDIS_ANSWER_SECONDS,
            "PICKLE_VERSION": -1,
        },
    }
}

# ---- background work (the timetable is in banibs/celery.py) -------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_TIMEOUT = core_policy.REDIS_ANSWER_SECONDS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": core_policy.TASK_HANDED_OUT_AGAIN_SECONDS,
    "socket_connect_timeout": core_policy.REDIS_CONNECT_SECONDS,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = (
    False  # every message has a sweeper behind it; the page does not wait for a broker
)
CELERY_TASK_DEFAULT_QUEUE = "banibs"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = core_policy.TASK_MOST_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = core_policy.TASK_STOP_SECONDS
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# ---- accounts ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "banibs.users.accounts.password_rules.NotAboutYou"},
    {
        "NAME": "banibs.users.accounts.password_rules.LongEnough",
        "OPTIONS": {"min_length": users_policy.PASSWORD_LEAST_CHARACTERS},
    },
    {"NAME": "banibs.users.accounts.password_rules.NotCommon"},
    {"NAME": "banibs.users.accounts.password_rules.NotOnlyDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "marketplace:account"
ACCOUNT_ADAPTER = "banibs.users.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "banibs.developers.password_forms.ChangePassword",
    "set_password": "banibs.users.accounts.password_forms.SetPassword",
    "reset_password_from_key": "banibs.developers.password_forms.ResetPassword",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "banibs.users.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"  # a person may look around; paying asks for a verified address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = users_policy.EMAIL_ADDRESSES_MOST
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = users_policy.EMAIL_CONFIRMATION_GOOD_FOR.days
PASSWORD_RESET_TIMEOUT = int(users_policy.PASSWORD_RESET_GOOD_FOR.total_seconds())
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(users_policy.REAUTHENTICATION_GOOD_FOR.total_seconds())
ACCOUNT_RATE_LIMITS = {
    "login": users_policy.SIGN_IN_LIMIT,
    "login_failed": users_policy.PASSWORD_GUESS_LIMIT,
    "signup": users_policy.SIGN_UP_LIMIT,
    "reset_password": users_policy.PASSWORD_RESET_LIMIT,
    "confirm_email": users_policy.EMAIL_CONFIRMATION_LIMIT,
    "reauthenticate": users_policy.REAUTHENTICATION_LIMIT,
    "change_password": users_policy.PASSWORD_CHANGE_LIMIT,
    "manage_email": users_policy.EMAIL_CHANGE_LIMIT,
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "BANIBS"
MFA_ADAPTER = "banibs.users.accounts.adapter.TwoStepAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
USERSESSIONS_ADAPTER = "banibs.developers.sessions.SessionsAdapter"  # ends the keys that were made in them
USERSESSIONS_TRACK_ACTIVITY = False  # one write per request is not worth a "last seen"
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not DEVELOPMENT)

# ---- HTTP: sessions, cookies, headers ----------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.cache"  # Redis
SESSION_COOKIE_AGE = int(users_policy.SESSION_AGE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_https = env.bool("HTTPS", not DEVELOPMENT)  # off on a laptop alone
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrftoken"
CSRF_FAILURE_VIEW = "banibs.web.error_pages.csrf_failure"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", core_policy.HTTPS_ONLY_SECONDS) if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Our pages stand at the root of their host. Without this line a SCRIPT_NAME that a server passes on would be believed.
FORCE_SCRIPT_NAME = ""
# How many proxies of ours stand in front. With none, X-Forwarded-* is anybody's word and is not read.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = core_policy.REQUEST_MOST_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = core_policy.FORM_MOST_FIELDS
CONTENT_SECURITY_POLICY = {
    # A page that needs another origin (Stripe's, on the card page) names it in its own view.
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *env.list("IMAGE_ORIGINS", default=[])],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# ---- the API -----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "banibs.api.authentication.KeyAuthentication",
        "banibs.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["banibs.core.api.HasScope"],
    "EXCEPTION_HANDLER": "banibs.core.api.exception_handler.exception_handler",
    "DEFAULT_PAGINATION_CLASS": "banibs.core.api.KeysetPage",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["banibs.core.api.parser.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["banibs.api.throttles.PerPerson", "banibs.api.throttles.PerAddress"],
    "DEFAULT_THROTTLE_RATES": {
        "person": env.str("API_RATE_PERSON", api_policy.REQUESTS_PER_PERSON),
        "address": env.str("API_RATE_ADDRESS", api_policy.REQUESTS_PER_ADDRESS),
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_SCHEMA_CLASS": "banibs.api.schema.Operation",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "BANIBS API",
    "DESCRIPTION": "One cart from many sellers, one payment, every cent in a ledger.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {"row": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}},
    "POSTPROCESSING_HOOKS": ["banibs.api.schema.with_errors"],
}

# ---- e-mail ------------------------------------------------------------------------------------------------
# In development mail lands in a folder that /dev/mailbox/ shows.
EMAIL_URL = env.str("EMAIL_URL", "dev-mailbox://" if DEVELOPMENT else "consolemail://")
if EMAIL_URL.startswith("dev-mailbox:"):
    EMAIL_BACKEND = "banibs.dev.mailbox.Backend"
else:
    _email = env.email_url_config(EMAIL_URL)
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = core_policy.EMAIL_SERVER_SECONDS
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "BANIBS <hello@banibs.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", "") or parseaddr(DEFAULT_FROM_EMAIL)[1]
SOURCE_URL = env.str("SOURCE_URL", "")  # the footer says nothing of it without one
MAILBOX = HOME / "mailbox"

# ---- Stripe ------------------------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_PUBLISHABLE_KEY = env.str("STRIPE_PUBLISHABLE_KEY", "")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_CONNECT_WEBHOOK_SECRET = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", "")
STRIPE_API_VERSION = "2026-08-26.dahlia"
STRIPE_CAPTURE = env.str(
    "STRIPE_CAPTURE", "automatic"
)  # "manual": one shop's order is authorised, checked, then captured
# What Stripe's own page offers, whatever the Dashboard opens; each must be open there too.
STRIPE_CHECKOUT_METHODS = env.list("STRIPE_CHECKOUT_METHODS", default=["card", "link"])
STRIPE_RECEIPT_EMAIL = env.bool(
    "STRIPE_RECEIPT_EMAIL", False
)  # Stripe writes a receipt too, beside our own email
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
# Cards are offered where the region's currency is one that our Stripe account settles (docs "Money", Amounts).
STRIPE_SETTLEMENT_CURRENCIES = env.list("STRIPE_SETTLEMENT_CURRENCIES", default=["USD", "GBP", "EUR", "CAD"])
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY  # as the mirror (dj-stripe) names them
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
STRIPE_WEBHOOK_UUID = uuid.UUID(env.str("STRIPE_WEBHOOK_UUID", "6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c01"))
STRIPE_CONNECT_WEBHOOK_UUID = uuid.UUID(
    env.str("STRIPE_CONNECT_WEBHOOK_UUID", "6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c02")
)
STRIPE_EVENT_HANDLERS = "banibs.registry.stripe_event_handlers.HANDLERS"
STRIPE_CONNECT_EVENT_HANDLERS = "banibs.registry.stripe_event_handlers.CONNECT_HANDLERS"
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
if env.str("STRIPE_API_HOST", ""):
    STRIPE_API_HOST = env.str("STRIPE_API_HOST")  # another host that speaks Stripe, such as the local one
STRIPE_CONTROL_URL = env.str("STRIPE_CONTROL_URL", "")  # the local Stripe's switches; `make run` names them

# ---- PayPal and Wise: payouts alone. Without keys they are shown as not set up -----------------------------------
PAYPAL_CLIENT_ID = env.str("PAYPAL_CLIENT_ID", "")
PAYPAL_CLIENT_SECRET = env.str("PAYPAL_CLIENT_SECRET", "")
PAYPAL_WEBHOOK_ID = env.str("PAYPAL_WEBHOOK_ID", "")
PAYPAL_API_HOST = env.str("PAYPAL_API_HOST", "") or "https://api-m.paypal.com"
WISE_API_TOKEN = env.str("WISE_API_TOKEN", "")
WISE_PROFILE_ID = env.str("WISE_PROFILE_ID", "")
WISE_WEBHOOK_PUBLIC_KEY = env.str("WISE_WEBHOOK_PUBLIC_KEY", "", multiline=True)
WISE_API_HOST = env.str("WISE_API_HOST", "") or "https://api.wise.com"
# provider → what works on a stored event of it
PAYOUT_PROVIDER_EVENTS = "banibs.registry.payout_provider_events.HANDLERS"
# The local PayPal's and the local Wise's switches; `make run` names them.
PAYOUT_CONTROL_URLS = env.list("PAYOUT_CONTROL_URLS", default=[])

# ---- logs, errors, metrics ---------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOG_FORMAT", "json")  # or "console"
LOGGING_CONFIG = None
configure_logging(level=LOG_LEVEL, form=LOG_FORMAT)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal, and the proxy logs it already
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = bool(TRUSTED_PROXIES)
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # without it there is no /metrics
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", "")
PROMETHEUS_EXPORT_MIGRATIONS = False
SENTRY_DSN = env.str("SENTRY_DSN", "")

# ---- language, files ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["banibs.core.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEVELOPMENT  # no collectstatic on a laptop
WHITENOISE_AUTOREFRESH = DEVELOPMENT
MEDIA_URL = env.str("MEDIA_URL", "/media/")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "media")))
# `default` holds pictures that anybody may see; `private` what was bought, handed out only by a view that checks.
_s3: dict[str, object] = {
    "endpoint_url": env.str("S3_ENDPOINT", "") or None,
    "region_name": env.str("S3_REGION", "") or None,
    "access_key": env.str("S3_ACCESS_KEY", "") or None,
    "secret_key": env.str("S3_SECRET_KEY", "") or None,
    "file_overwrite": False,
}
if PROCESS == "web":  # whoever uploads waits at the screen
    _s3["client_config"] = BucketConfig(
        connect_timeout=core_policy.OUTSIDE_CONNECT_SECONDS,
        read_timeout=core_policy.OUTSIDE_READ_SECONDS,
        retries={"total_max_attempts": 1},
    )
S3_PUBLIC_BUCKET = env.str("S3_PUBLIC_BUCKET", "")
S3_PRIVATE_BUCKET = env.str("S3_PRIVATE_BUCKET", "")
_static = "banibs.core.ui.static_bundle.Storage"  # hashed, compressed, the style sheets joined
_disk = "django.core.files.storage.FileSystemStorage"
_bucket = "storages.backends.s3.S3Storage"
STORAGES = {
    "staticfiles": {
        "BACKEND": _static if not DEVELOPMENT else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
    "default": {
        "BACKEND": _bucket,
        "OPTIONS": {**_s3, "bucket_name": S3_PUBLIC_BUCKET, "querystring_auth": False},
    }
    if S3_PUBLIC_BUCKET
    else {"BACKEND": _disk, "OPTIONS": {"location": MEDIA_ROOT / "public", "base_url": MEDIA_URL}},
    "private": {
        "BACKEND": _bucket,
        "OPTIONS": {**_s3, "bucket_name": S3_PRIVATE_BUCKET, "querystring_expire": 300},
    }
    if S3_PRIVATE_BUCKET
    else {"BACKEND": _disk, "OPTIONS": {"location": MEDIA_ROOT / "private", "base_url": None}},
}

# ClamAV's daemon: the path of its socket, or host:port. Empty: files are not scanned, and their sellers read so.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "")

# ---- BANIBS as an issuer of documents -----------------------------------------------------------------------
PLATFORM_LEGAL_NAME = env.str("PLATFORM_LEGAL_NAME", "BANIBS Marketplace")
PLATFORM_ADDRESS = env.list("PLATFORM_ADDRESS", default=[])  # its lines
PLATFORM_TAX_NUMBER = env.str("PLATFORM_TAX_NUMBER", "")  # as it is to be read: "VAT no. GB 123 4567 89"
# Where BANIBS owes tax on its fees: country → rate in basis points, "GB=2000,DE=1900".
PLATFORM_TAX_REGISTRATIONS = {
    country: int(rate) for country, rate in env.dict("PLATFORM_TAX_REGISTRATIONS", default={}).items()
}

# ---- tables of names → dotted paths (architecture: where the left must reach the right) --------------------
SIGNED_IN = [  # told when a person has signed in
    "marketplace.cart.guest_carts.adopt_on_sign_in",
    "banibs.users.legal.remember_due",
]
EVENT_SUBSCRIBERS = "banibs.registry.event_subscribers.SUBSCRIBERS"
REFERENCE_LINKS = "banibs.registry.reference_links.LINKS"
APPROVAL_ACTIONS = "banibs.registry.approval_actions.ACTIONS"  # what staff may ask for
# What must hold in each app; `verify_ledger` runs them in this order.
LEDGER_AUDITS = [
    "banibs.core.guards.CHECKS",
    "wallet.audit.CHECKS",
    "marketplace.audit.CHECKS",
    "payments.audit.CHECKS",
    "payouts.audit.CHECKS",
]
# What waits for staff in each app, for their dashboard.
STAFF_WORK_QUEUES = [
    "payments.work_queues.QUEUES",
    "payouts.work_queues.QUEUES",
    "wallet.work_queues.QUEUES",
    "marketplace.work_queues.QUEUES",
    "banibs.notifications.work_queues.QUEUES",
    "banibs.core.staff.work_queues.QUEUES",
]
