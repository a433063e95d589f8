"""`/api/v1/`: every resource, its view and nothing else."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from banibs.developers import api as developers
from banibs.users import api as users
from marketplace.api import cart, orders
from payments.api import checkouts, staff, topups, transitions
from wallet import api as wallet

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("cart/", cart.CartView.as_view(), name="cart"),
    path("cart/items/", cart.ItemsView.as_view(), name="cart-items"),
    path("cart/items/<int:pk>/", cart.ItemView.as_view(), name="cart-item"),
    path("cart/coupon/", cart.CouponView.as_view(), name="cart-coupon"),
    path("cart/quote/", cart.QuoteView.as_view(), name="cart-quote"),
    path("addresses/", users.AddressesView.as_view(), name="addresses"),
    path("addresses/<int:pk>/", users.AddressView.as_view(), name="address"),
    path("checkouts/", checkouts.CheckoutsView.as_view(), name="checkouts"),
    path("checkouts/<str:number>/", checkouts.CheckoutView.as_view(), name="checkout"),
    path("checkouts/<str:number>/pay/", checkouts.PayView.as_view(), name="checkout-pay"),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<str:number>/", orders.OrderView.as_view(), name="order"),
    path("orders/<str:number>/fees/", orders.FeesView.as_view(), name="order-fees"),
    path("orders/<str:number>/transitions/", transitions.TransitionsView.as_view(), name="order-transitions"),
    path("seller/orders/", orders.SoldOrdersView.as_view(), name="seller-orders"),
    path("wallet/", wallet.WalletView.as_view(), name="wallet"),
    path("wallet/statement/", wallet.StatementView.as_view(), name="wallet-statement"),
    path("developer/keys/", developers.KeysView.as_view(), name="keys"),
    path("developer/keys/<int:pk>/", developers.KeyView.as_view(), name="key"),
    path("wallet/top-ups/", topups.TopUpsView.as_view(), name="top-ups"),
    path("seller/onboarding-link/", topups.OnboardingLinkView.as_view(), name="onboarding-link"),
    path("staff/webhook-logs/", staff.LogsView.as_view(), name="webhook-logs"),
    path("staff/webhook-logs/stats/", staff.StatsView.as_view(), name="webhook-stats"),
    path("staff/webhook-logs/<int:pk>/resend/", staff.ResendView.as_view(), name="webhook-resend"),
]
