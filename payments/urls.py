"""Addresses of the till."""

from django.urls import URLPattern, URLResolver, path

from payments import intake
from payments.views import breakdown, done, pay, seller_orders

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("stripe/webhook/<uuid:endpoint>/", intake.webhook, name="webhook"),
    path("checkout/payment/", pay.pay, name="pay"),
    path("checkout/breakdown/", breakdown.show, name="breakdown"),
    path("checkout/done/<slug:number>/", done.show, name="done"),
    path("seller/orders/<slug:number>/cancel/", seller_orders.cancel, name="cancel_order"),
]
