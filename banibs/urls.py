"""Every URL of BANIBS, by app."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from banibs.web import health, legal, media

handler400 = "banibs.web.error_pages.bad_request"
handler403 = "banibs.web.error_pages.forbidden"
handler404 = "banibs.web.error_pages.not_found"
handler429 = "banibs.web.error_pages.too_many_tries"  # allauth's own; Django has no such hook
handler500 = "banibs.web.error_pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("media/<path:name>", media.public, name="media"),
    path("legal/<slug:slug>/", legal.page, name="legal"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("banibs.api.urls")),
    path("seller/", include("marketplace.seller_urls")),
    path("", include("marketplace.urls")),
    path("", include("banibs.users.urls")),
    path("", include("wallet.urls")),
    path("", include("payments.urls")),
    path("", include("payouts.urls")),
    path("", include("banibs.notifications.urls")),
    path("", include("banibs.developers.urls")),
]
if settings.DEVELOPMENT:
    urlpatterns.append(path("dev/", include("banibs.dev.urls")))
