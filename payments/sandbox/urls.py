"""Every address of the local Stripe."""

from django.urls import path, re_path

from payments.sandbox import control, http

urlpatterns = [
    re_path(r"^v1/.*$", http.api),
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
]
