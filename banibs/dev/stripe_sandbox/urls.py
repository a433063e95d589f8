"""Every address of the local Stripe."""

from django.urls import path, re_path

from banibs.dev.stripe_sandbox import control, http
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
    re_path(r"^v1/.*$", http.api),
    path("v3/", static_files.script),
    path("v3/elements/payment", elements_page.card_form),
    path("3d_secure_2/authenticate/<str:challenge_id>", challenge_page.show),
    path("c/pay/<str:session_id>", checkout_page.show),
    path("c/pay/<str:session_id>/after-bank", checkout_page.after_challenge),
    path("setup/e/<str:account_id>/<str:token>", onboarding_page.show),
    path("express/<str:account_id>", onboarding_page.dashboard),
    path("receipts/<str:charge_id>", receipt_page.show),
    path("assets/<path:name>", static_files.asset),
    path("_control/state", control.state),
    path("_control/clock", control.clock),
    path("_control/faults", control.faults),
    path("_control/webhooks", control.webhooks),
    path("_control/endpoints", control.endpoints),
    path("_control/settings", control.settings),
    path("_control/events/<str:event_id>/resend", control.resend),
    path("_control/disputes", control.open_dispute),
    path("_control/disputes/<str:dispute_id>", control.finish_dispute),
    path("_control/refunds/<str:refund_id>/fail", control.fail_refund),
    path("_control/accounts/<str:account_id>", control.account),
    path("_control/wait", control.wait),
    path("_control/reset", control.reset),
    path("", control_page.overview),
    path("objects/<str:kind>", control_page.objects),
    path("object/<str:object_id>", control_page.detail),
    path("events", control_page.events),
    path("calls", control_page.calls),
    path("switches", control_page.switch),
]
