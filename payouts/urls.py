"""URLs of a seller's onboarding at Stripe."""

from django.urls import URLPattern, URLResolver, path

from payouts.views import onboarding

app_name = "payouts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("seller/bank/", onboarding.show, name="onboarding"),
    path("seller/bank/return/", onboarding.back, name="onboarding_return"),
]
