"""Pages of a seller, under /seller/."""

from django.urls import URLPattern, path

from marketplace.views.seller import home, listing, listings, order, pending, sales, settings, start

app_name = "seller"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("start/name/", start.name, name="start_name"),
    path("start/open/", start.open_shop, name="open"),
    path("orders/pending/", pending.pending, name="pending"),
    path("orders/", sales.orders, name="orders"),
    path("orders/sales.csv", sales.export, name="orders_csv"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/post/", order.post, name="order_post"),
    path("orders/<str:number>/slip/", order.slip, name="order_slip"),
    path("listings/", listings.listings, name="listings"),
    path("listings/new/", listing.new, name="listing_new"),
    path("listings/keep/", listing.keep, name="listing_keep"),
    path("listings/<int:pk>/edit/", listing.edit, name="listing_edit"),
    path("listings/<int:pk>/quick/", listings.quick, name="listing_quick"),
    path("settings/", settings.profile, name="settings"),
    path("settings/delivery/", settings.delivery, name="delivery"),
    path("settings/delivery/try/", settings.try_delivery, name="delivery_try"),
    path("settings/pause/", settings.pause, name="pause"),
]
