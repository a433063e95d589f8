"""URLs of a seller's payouts: onboarding at Stripe, and each figure explained."""

from django.urls import URLPattern, URLResolver, path

from payouts.views import earnings_to_wallet, explain, onboarding

app_name = "payouts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("seller/bank/", onboarding.show, name="onboarding"),
    path("seller/bank/return/", onboarding.back, name="onboarding_return"),
    path("seller/payouts/explain/<str:currency>/<str:period>/<str:measure>/", explain.figure, name="explain"),
    path("seller/payouts/to-wallet/", earnings_to_wallet.to_wallet, name="to_wallet"),
]
