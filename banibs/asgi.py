"""For an ASGI server. BANIBS needs none: it has no web sockets, its pages poll."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
application = get_asgi_application()

from banibs.checks import require_secrets  # noqa: E402 — needs the settings

require_secrets()
