"""URLs of a seller's payouts: onboarding at Stripe, the money and its history, the wizard, and each figure explained."""

from django.urls import URLPattern, URLResolver, path

from banibs.core.api import converters
from payouts.provider_events import paypal, wise
from payouts.views import (
    crypto_offer,
    earnings_to_wallet,
    explain,
    history,
    methods,
    not_me,
    onboarding,
    overview,
    payout,
)
from payouts.views.schedules import own_schedules, wizard
from payouts.views.statements import pages as statements

converters.register()
app_name = "payouts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("paypal/webhook/", paypal.webhook, name="paypal_webhook"),
    path("wise/webhook/", wise.webhook, name="wise_webhook"),
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
    path("seller/payouts/", overview.overview, name="overview"),
    path("seller/payouts/history/", history.history, name="history"),
    path("seller/payouts/history/payouts.csv", history.export, name="history_csv"),
    path("seller/payouts/history/provider/", history.listed, name="listed"),
    path("seller/payouts/schedule/<int:step>/", wizard.schedule, name="schedule"),
    path("seller/payouts/schedules/", own_schedules.schedules, name="schedules"),
    path("seller/payouts/schedules/<row:pk>/", own_schedules.change, name="schedule_change"),
    path("seller/payouts/<payout:number>/", payout.payout, name="payout"),
    path("seller/payouts/<payout:number>/cancel/", payout.cancel, name="cancel"),
    path("seller/payouts/<payout:number>/again/", payout.again, name="again"),
    path("seller/payouts/<payout:number>/rate/", payout.rate, name="rate"),
    path("seller/payouts/statements/", statements.listing, name="statements"),
    path("seller/payouts/statements/lines.csv", statements.file, name="statement_csv"),
    path(
        "seller/payouts/statements/<str:currency>/<str:month>.pdf",
        statements.document,
        name="statement_pdf",
    ),
    path("seller/payouts/<payout:number>/accept/", crypto_offer.answer, name="offer_answer"),
]
