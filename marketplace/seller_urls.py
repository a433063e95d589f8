"""Pages of a seller, under /seller/."""

from django.urls import URLPattern, path

from marketplace.views import order_messages
from marketplace.views.seller import analytics, home, settings, start, tax_details
from marketplace.views.seller.listings import listing_edit, listing_list
from marketplace.views.seller.orders import order_detail, pending_orders, sales

app_name = "seller"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("start/name/", start.name, name="start_name"),
    path("start/open/", start.open_shop, name="open"),
    path("orders/pending/", pending_orders.pending, name="pending"),
    path("orders/", sales.orders, name="orders"),
    path("orders/sales.csv", sales.export, name="orders_csv"),
    path("orders/<str:number>/", order_detail.order, name="order"),
    path("orders/<str:number>/post/", order_detail.post, name="order_post"),
    path("orders/<str:number>/slip/", order_detail.slip, name="order_slip"),
    path("orders/<str:number>/messages/", order_messages.of_seller, name="order_messages"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("analytics/analytics.csv", analytics.export, name="analytics_csv"),
    path("listings/", listing_list.listings, name="listings"),
    path("listings/new/", listing_edit.new, name="listing_new"),
    path("listings/keep/", listing_edit.keep, name="listing_keep"),
    path("listings/<int:pk>/edit/", listing_edit.edit, name="listing_edit"),
    path("listings/<int:pk>/quick/", listing_list.quick, name="listing_quick"),
    path("settings/", settings.profile, name="settings"),
    path("settings/delivery/", settings.delivery, name="delivery"),
    path("settings/delivery/try/", settings.try_delivery, name="delivery_try"),
    path("settings/tax/", tax_details.tax, name="tax"),
    path("settings/pause/", settings.pause, name="pause"),
]
