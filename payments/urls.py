"""Addresses of the till."""

from django.urls import URLPattern, URLResolver, path

from payments.views import breakdown, done, pay, seller_orders

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/payment/", pay.pay, name="pay"),
    path("checkout/breakdown/", breakdown.show, name="breakdown"),
    path("checkout/done/<str:number>/", done.show, name="done"),
    path("seller/orders/<str:number>/cancel/", seller_orders.cancel, name="cancel_order"),
]
