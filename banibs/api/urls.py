"""`/api/v1/`: every resource, its view and nothing else."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from banibs.core.api import converters
from banibs.developers import api as developers
from banibs.notifications import api as notifications
from banibs.users import api as users
from marketplace.api import analytics, cart, catalogue, downloads, listings, orders, tax_details
from payments.api import (
    cancellation,
    cases,
    checkouts,
    disputes,
    documents,
    refunds,
    staff,
    top_ups,
    transitions,
)
from payouts.api import earnings, methods, onboarding, payout_schedules, payouts, seller, statements
from wallet import api as wallet

converters.register()
app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("regions/", catalogue.RegionsView.as_view(), name="regions"),
    path("categories/", catalogue.CategoriesView.as_view(), name="categories"),
    path("products/", catalogue.ProductsView.as_view(), name="products"),
    path("products/<word:slug>/", catalogue.ProductView.as_view(), name="product"),
    path("sellers/", catalogue.SellersView.as_view(), name="sellers"),
    path("sellers/<word:slug>/", catalogue.SellerView.as_view(), name="shop"),
    path("cart/", cart.CartView.as_view(), name="cart"),
    path("cart/items/", cart.ItemsView.as_view(), name="cart-items"),
    path("cart/items/<row:pk>/", cart.ItemView.as_view(), name="cart-item"),
    path("cart/coupon/", cart.CouponView.as_view(), name="cart-coupon"),
    path("cart/quote/", cart.QuoteView.as_view(), name="cart-quote"),
    path("addresses/", users.AddressesView.as_view(), name="addresses"),
    path("addresses/<row:pk>/", users.AddressView.as_view(), name="address"),
    path("checkouts/", checkouts.CheckoutsView.as_view(), name="checkouts"),
    path("checkouts/<checkout:number>/", checkouts.CheckoutView.as_view(), name="checkout"),
    path("checkouts/<checkout:number>/pay/", checkouts.PayView.as_view(), name="checkout-pay"),
    path(
        "checkouts/<checkout:number>/receipt/",
        documents.CheckoutReceiptView.as_view(),
        name="checkout-receipt",
    ),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<order:number>/", orders.OrderView.as_view(), name="order"),
    path("orders/<order:number>/timeline/", orders.TimelineView.as_view(), name="order-timeline"),
    path("orders/<order:number>/fees/", orders.FeesView.as_view(), name="order-fees"),
    path(
        "orders/<order:number>/transitions/", transitions.TransitionsView.as_view(), name="order-transitions"
    ),
    path("orders/<order:number>/refunds/", refunds.RefundsView.as_view(), name="order-refunds"),
    path(
        "orders/<order:number>/refunds/preview/",
        refunds.RefundPreviewView.as_view(),
        name="order-refunds-preview",
    ),
    path(
        "orders/<order:number>/cancellation/",
        cancellation.CancellationView.as_view(),
        name="order-cancellation",
    ),
    path("orders/<order:number>/receipt/", documents.OrderReceiptView.as_view(), name="order-receipt"),
    path(
        "orders/<order:number>/refunds/<row:pk>/credit-note/",
        documents.CreditNoteView.as_view(),
        name="credit-note",
    ),
    path("disputes/", disputes.DisputesView.as_view(), name="disputes"),
    path("disputes/<row:pk>/", disputes.DisputeView.as_view(), name="dispute"),
    path("disputes/<row:pk>/evidence/", disputes.EvidenceView.as_view(), name="dispute-evidence"),
    path("disputes/<row:pk>/submit/", disputes.SubmitView.as_view(), name="dispute-submit"),
    path("orders/<order:number>/cases/", cases.OrderCasesView.as_view(), name="order-cases"),
    path("cases/<row:pk>/", cases.CaseView.as_view(), name="case"),
    path("cases/<row:pk>/messages/", cases.CaseMessagesView.as_view(), name="case-messages"),
    path("cases/<row:pk>/propose/", cases.ProposeView.as_view(), name="case-propose"),
    path("cases/<row:pk>/answer/", cases.AnswerView.as_view(), name="case-answer"),
    path("downloads/", downloads.DownloadsView.as_view(), name="downloads"),
    path("downloads/<row:pk>/", downloads.DownloadView.as_view(), name="download"),
    path("wallet/", wallet.WalletView.as_view(), name="wallet"),
    path("wallet/statement/", wallet.StatementView.as_view(), name="wallet-statement"),
    path("wallet/statement/pdf/", documents.StatementFileView.as_view(), name="wallet-statement-pdf"),
    path("seller/statements/", statements.StatementsView.as_view(), name="seller-statements"),
    path("seller/statements/pdf/", statements.StatementPdfView.as_view(), name="seller-statement-pdf"),
    path("seller/statements/csv/", statements.StatementCsvView.as_view(), name="seller-statement-csv"),
    path("wallet/from-earnings/", earnings.FromEarningsView.as_view(), name="wallet-from-earnings"),
    path("wallet/top-ups/", top_ups.TopUpsView.as_view(), name="top-ups"),
    path("notifications/", notifications.NoticesView.as_view(), name="notices"),
    path("notifications/<row:pk>/", notifications.NoticeView.as_view(), name="notice"),
    path("seller/", seller.SellerView.as_view(), name="seller"),
    path("seller/onboarding-link/", onboarding.OnboardingLinkView.as_view(), name="onboarding-link"),
    path("payout-methods/", methods.MethodsView.as_view(), name="payout-methods"),
    path("payout-methods/<row:pk>/", methods.MethodView.as_view(), name="payout-method"),
    path("payout-methods/<row:pk>/default/", methods.DefaultView.as_view(), name="payout-method-default"),
    path("payout-methods/<row:pk>/verify/", methods.VerifyView.as_view(), name="payout-method-verify"),
    path("payout-methods/<row:pk>/confirm/", methods.ConfirmView.as_view(), name="payout-method-confirm"),
    path("seller/products/", listings.ListingsView.as_view(), name="seller-products"),
    path("seller/products/<row:pk>/", listings.ListingView.as_view(), name="seller-product"),
    path("seller/orders/", orders.SoldOrdersView.as_view(), name="seller-orders"),
    path("seller/invoices/", documents.InvoicesView.as_view(), name="seller-invoices"),
    path("seller/invoices/<word:name>/", documents.InvoiceView.as_view(), name="seller-invoice"),
    path("seller/tax-details/", tax_details.TaxDetailsView.as_view(), name="seller-tax-details"),
    path("seller/analytics/", analytics.AnalyticsView.as_view(), name="seller-analytics"),
    path("payouts/", payouts.PayoutsView.as_view(), name="payouts"),
    path("payouts/upcoming/", payouts.UpcomingView.as_view(), name="payouts-upcoming"),
    path("payouts/<row:pk>/", payouts.PayoutView.as_view(), name="payout"),
    path("payouts/<row:pk>/cancel/", payouts.CancelView.as_view(), name="payout-cancel"),
    path("payout-schedules/", payout_schedules.SchedulesView.as_view(), name="payout-schedules"),
    path("payout-schedules/<row:pk>/", payout_schedules.ScheduleView.as_view(), name="payout-schedule"),
    path("developer/keys/", developers.KeysView.as_view(), name="keys"),
    path("developer/keys/<row:pk>/", developers.KeyView.as_view(), name="key"),
    path("staff/webhook-logs/", staff.LogsView.as_view(), name="webhook-logs"),
    path("staff/webhook-logs/stats/", staff.StatsView.as_view(), name="webhook-stats"),
    path("staff/webhook-logs/<row:pk>/resend/", staff.ResendView.as_view(), name="webhook-resend"),
]
