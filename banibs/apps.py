"""The project itself as an app: its checks, and the Celery app that every process sends tasks to."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from banibs.core.ui import field_words

field_words.install()  # the first app of the settings: no form is made yet


class BanibsConfig(AppConfig):
    name = "banibs"

    def ready(self) -> None:
        from django.conf import settings

        from banibs import celery, checks  # noqa: F401 — registers the checks, becomes the current Celery app
        from banibs.logging import report_errors

        report_errors(settings.SENTRY_DSN)


class StaffConfig(AdminConfig):
    """Django's admin, entered through our own sign-in."""

    default_site = "banibs.staff.site.StaffSite"
