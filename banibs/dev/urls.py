"""Pages of a development machine: its mailbox and its clock."""

from django.urls import URLPattern, URLResolver, path

from banibs.dev import pages, stripe_clock

app_name = "dev"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mailbox/", pages.mailbox_list, name="mailbox"),
    path("mailbox/<str:name>/", pages.mail, name="mail"),
    path("mailbox/<str:name>/html/", pages.mail_html, name="mail_html"),
    path("clock/", pages.clock, name="clock"),
    path("stripe-clock/", stripe_clock.moved, name="stripe_clock"),
]
