"""URLs of a seller's payouts: onboarding at Stripe, and each figure explained."""

from django.urls import URLPattern, URLResolver, path

from payouts.views import earnings_to_wallet, explain, onboarding
from banibs.core.api import converters
from payouts.views import explain, methods, not_me, onboarding

converters.register()
app_name = "payouts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("seller/bank/", onboarding.show, name="onboarding"),
    path("seller/bank/return/", onboarding.back, name="onboarding_return"),
    path("seller/payouts/methods/", methods.methods, name="methods"),
    path("seller/payouts/methods/add/<slug:kind>/", methods.add, name="method_add"),
    path("seller/payouts/methods/<row:pk>/", methods.edit, name="method_edit"),
    path("seller/payouts/methods/<row:pk>/row/", methods.row, name="method_row"),
    *(
        path(
            f"seller/payouts/methods/<row:pk>/{verb}/", methods.change, {"verb": verb}, name=f"method_{verb}"
        )
        for verb in ("default", "verify", "confirm", "remove")
    ),
    path("payouts/not-me/<str:token>/", not_me.disown, name="not_me"),
    path("seller/payouts/explain/<str:currency>/<str:period>/<str:measure>/", explain.figure, name="explain"),
    path("seller/payouts/to-wallet/", earnings_to_wallet.to_wallet, name="to_wallet"),
]
