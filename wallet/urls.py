"""Pages of the wallet."""

from django.urls import path

from wallet import views

app_name = "wallet"
urlpatterns = [
    path("account/wallet/", views.wallet, name="wallet"),
    path("account/wallet/statement.csv", views.statement_csv, name="statement_csv"),
    path("account/wallet/demo-credit/", views.demo_credit, name="demo_credit"),
]
