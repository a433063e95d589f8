"""Every address of the local Stripe."""

from django.urls import path, re_path

from banibs.dev.stripe_sandbox.control import views
from banibs.dev.stripe_sandbox.http import call
from banibs.dev.stripe_sandbox.pages import (
    challenge_page,
    checkout_page,
    control_page,
    elements_page,
    onboarding_page,
    receipt_page,
    static_files,
)

handler404 = "banibs.dev.stripe_sandbox.pages.answers.not_found"

urlpatterns = [
    re_path(r"^v1/.*$", call.api),
    path("v3/", static_files.script),
    path("v3/elements/payment", elements_page.card_form),
    path("3d_secure_2/authenticate/<str:challenge_id>", challenge_page.show),
    path("c/pay/<str:session_id>", checkout_page.show),
    path("c/pay/<str:session_id>/after-bank", checkout_page.after_challenge),
    path("setup/e/<str:account_id>/<str:token>", onboarding_page.show),
    path("receipts/<str:charge_id>", receipt_page.show),
    path("assets/<path:name>", static_files.asset),
    path("_control/state", views.state),
    path("_control/clock", views.clock),
    path("_control/faults", views.faults),
    path("_control/webhooks", views.webhooks),
    path("_control/endpoints", views.endpoints),
    path("_control/settings", views.settings),
    path("_control/events/<str:event_id>/resend", views.resend),
    path("_control/warnings", views.warn),
    path("_control/disputes", views.open_dispute),
    path("_control/disputes/<str:dispute_id>", views.finish_dispute),
    path("_control/disputes/<str:dispute_id>/<str:verb>", views.move_dispute),
    path("_control/refunds/<str:refund_id>/<str:verb>", views.move_refund),
    path("_control/payment_intents/<str:intent_id>/<str:verb>", views.move_intent),
    path("_control/payouts/<str:payout_id>/<str:verb>", views.move_payout),
    path("_control/transfers/<str:transfer_id>/<str:verb>", views.move_transfer),
    path("_control/accounts/<str:account_id>", views.account),
    path("_control/accounts/<str:account_id>/adjust", views.adjust),
    path("_control/tell", views.tell),
    path("_control/wait", views.wait),
    path("_control/reset", views.reset),
    path("", control_page.overview),
    path("objects/<str:kind>", control_page.objects),
    path("object/<str:object_id>", control_page.detail),
    path("events", control_page.events),
    path("calls", control_page.calls),
    path("switches", control_page.switch),
]
