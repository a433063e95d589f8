"""Addresses of a person's notices."""

from django.urls import URLPattern, URLResolver, path

from banibs.notifications import pages

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/notifications/", pages.listing, name="list"),
    path("account/notifications/read/", pages.read_all, name="read_all"),
    path("account/notifications/delete/", pages.delete_all, name="delete_all"),
    path("account/notifications/undo/", pages.undo, name="undo"),
    path("account/notifications/bell/", pages.bell, name="bell"),
    path("account/notifications/settings/", pages.choices, name="settings"),
    path("account/notifications/<int:pk>/", pages.follow, name="follow"),
    path("account/notifications/<int:pk>/read/", pages.read, name="read"),
    path("account/notifications/<int:pk>/delete/", pages.delete, name="delete"),
]
