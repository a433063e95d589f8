"""For gunicorn: `gunicorn -c python:banibs.gunicorn banibs.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 — needs the settings

from banibs.checks import require_secrets  # noqa: E402 — needs the settings

require_secrets()
get_resolver().url_patterns  # noqa: B018 — loads every page now, not during the first visitor's request
