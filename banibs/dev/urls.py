"""Pages of a development machine: its mailbox and its clock."""

from django.urls import URLPattern, URLResolver, path

from banibs.dev import stripe_clock, views

app_name = "dev"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<str:name>/", views.mail, name="mail"),
    path("mailbox/<str:name>/html/", views.mail_html, name="mail_html"),
    path("clock/", views.clock, name="clock"),
    path("stripe-clock/", stripe_clock.moved, name="stripe_clock"),
]
