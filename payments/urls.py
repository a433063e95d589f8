"""Addresses of the checkout."""

from django.urls import URLPattern, URLResolver, path

from payments.views import (
    breakdown,
    cancel_order,
    card_payment,
    confirmation,
    documents,
    pay,
    saved_cards,
    top_up,
)
from payments.views.cases import buyer as buyer_cases
from payments.views.cases import seller as seller_cases
from payments.views.disputes import seller_disputes
from payments.views.refunds import buyer_cancel, seller_refund
from payments.webhooks import receive

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("stripe/webhook/<uuid:endpoint>/", receive.webhook, name="webhook"),
    path("checkout/payment/", pay.pay, name="pay"),
    path("checkout/breakdown/", breakdown.show, name="breakdown"),
    path("checkout/pay/<slug:number>/", card_payment.again, name="again"),
    path("checkout/return/<int:payment>/", card_payment.back, name="return"),
    path("account/wallet/top-up/", top_up.amount, name="top_up"),
    path("account/wallet/top-up/<int:payment>/", top_up.card, name="top_up_card"),
    path("account/cards/", saved_cards.cards, name="cards"),
    path("account/cards/remove/", saved_cards.remove, name="card_remove"),
    path("checkout/done/<slug:number>/", confirmation.show, name="done"),
    path("account/orders/<slug:number>/problem/", buyer_cases.problem, name="problem"),
    path("account/cases/<int:pk>/", buyer_cases.show, name="case"),
    path("seller/cases/", seller_cases.listing, name="seller_cases"),
    path("seller/cases/<int:pk>/", seller_cases.show, name="seller_case"),
    path("seller/disputes/", seller_disputes.list_, name="disputes"),
    path("seller/disputes/<int:pk>/", seller_disputes.show, name="dispute"),
    path("seller/disputes/<int:pk>/preview/", seller_disputes.preview, name="dispute_preview"),
    path("seller/disputes/<int:pk>/evidence.pdf", seller_disputes.packet, name="dispute_packet"),
    path(
        "seller/disputes/<int:pk>/files/<int:file>/remove/",
        seller_disputes.remove_file,
        name="dispute_file_remove",
    ),
    path("seller/orders/<slug:number>/cancel/", cancel_order.cancel, name="cancel_order"),
    path("account/orders/<slug:number>/cancel/", buyer_cancel.cancel, name="buyer_cancel"),
    path("seller/orders/<slug:number>/refund/", seller_refund.refund, name="refund_order"),
    path("account/orders/<slug:number>/receipt.pdf", documents.receipt, name="receipt_pdf"),
    path("orders/<slug:number>/credit-notes/<int:refund>.pdf", documents.credit_note, name="credit_note_pdf"),
    path("account/wallet/statement.pdf", documents.statement, name="statement_pdf"),
    path("seller/orders/<slug:number>/receipt.pdf", documents.sales_receipt, name="sales_receipt_pdf"),
    path("seller/invoices/", documents.invoices, name="invoices"),
    path("seller/invoices/<slug:name>.pdf", documents.invoice, name="invoice_pdf"),
]
