"""Addresses of the till."""

from django.urls import URLPattern, URLResolver, path

from payments.views import breakdown, done, pay

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/payment/", pay.till, name="pay"),
    path("checkout/breakdown/", breakdown.show, name="breakdown"),
    path("checkout/done/<str:number>/", done.show, name="done"),
]
