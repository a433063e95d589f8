"""Addresses of a buyer's own pages; `marketplace.urls` includes them under its name."""

from django.urls import URLPattern, URLResolver, path

from marketplace.views import account, delivery_address, downloads, order_messages, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/address/", delivery_address.choose, name="address"),
    path("account/", account.overview, name="account"),
    path("account/orders/", orders.listing, name="orders"),
    path("account/orders/<slug:number>/", orders.detail, name="order"),
    path("account/orders/<slug:number>/receipt/", orders.receipt, name="receipt"),
    path("account/orders/<slug:number>/breakdown/", orders.breakdown, name="order_breakdown"),
    path("account/orders/<slug:number>/received/", orders.received, name="order_received"),
    path("account/orders/<slug:number>/messages/", order_messages.of_buyer, name="order_messages"),
    path("account/messages/pictures/<int:pk>/", order_messages.picture, name="message_picture"),
    path("account/downloads/", downloads.listing, name="downloads"),
    path("account/downloads/<int:pk>/", downloads.start, name="download"),
    path("account/downloads/file/<str:token>/", downloads.fetch, name="download_file"),
]
