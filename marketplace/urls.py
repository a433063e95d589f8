"""Pages of the market. Those of a buyer's checkout and account stand in `account_urls`, a seller's in `seller_urls`."""

from django.urls import include, path

from marketplace.views import cart, help, home, region, sell
from marketplace.views.catalogue import browse, product, search, shops

app_name = "marketplace"
urlpatterns = [
    path("", home.home, name="home"),
    path("browse/", browse.everything, name="browse"),
    path("c/<path:path>/", browse.category, name="category"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="suggestions"),
    path("p/<slug:slug>-<int:pk>/", product.product, name="product"),
    path("shops/", shops.shops, name="shops"),
    path("shops/in/<str:country>/", shops.country, name="shops_in"),
    path("shops/<slug:slug>/", shops.shop, name="shop"),
    path("shops/<slug:slug>/about/", shops.about, name="shop_about"),
    path("shops/<slug:slug>/delivery/", shops.delivery, name="shop_delivery"),
    path("shops/<slug:slug>/cloth.svg", shops.cloth, name="cloth"),
    path("sell/", sell.sell, name="sell"),
    path("help/", help.index, name="help"),
    path("help/<slug:slug>/", help.article, name="help_article"),
    path("region/", region.region, name="region"),
    path("theme/", region.theme, name="theme"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/items/<int:pk>/", cart.item, name="cart_item"),
    path("cart/coupon/", cart.coupon, name="cart_coupon"),
    path("cart/seen/", cart.seen, name="cart_seen"),
    path("cart/region/", cart.move, name="cart_region"),
    path("robots.txt", help.robots, name="robots"),
    path("sitemap.xml", help.sitemap, name="sitemap"),
    path("", include("marketplace.account_urls")),
]
