"""Addresses of a person's notices."""

from django.urls import URLPattern, URLResolver, path

from banibs.notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/notifications/", views.listing, name="list"),
    path("account/notifications/read/", views.read_all, name="read_all"),
    path("account/notifications/delete/", views.delete_all, name="delete_all"),
    path("account/notifications/undo/", views.undo, name="undo"),
    path("account/notifications/bell/", views.bell, name="bell"),
    path("account/notifications/settings/", views.choices, name="settings"),
    path("account/notifications/<int:pk>/", views.follow, name="follow"),
    path("account/notifications/<int:pk>/read/", views.read, name="read"),
    path("account/notifications/<int:pk>/delete/", views.delete, name="delete"),
]
