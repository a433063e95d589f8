"""Every address of BANIBS, by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("marketplace.urls")),
    path("", include("banibs.users.urls")),
    path("", include("payments.urls")),
]
