"""`/developers/`: a person's keys, and the explorer of the API."""

from django.urls import URLPattern, URLResolver, path

from banibs.developers import explorer, views

app_name = "developers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("developers/keys/", views.listing, name="keys"),
    path("developers/keys/<int:pk>/revoke/", views.revoke, name="key_revoke"),
    path("developers/explorer/", explorer.page, name="explorer"),
]
