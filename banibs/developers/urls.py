"""`/developers/`: a person's keys, and the explorer of the API."""

from django.urls import URLPattern, URLResolver, path

from banibs.developers import explorer, pages

app_name = "developers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("developers/keys/", pages.listing, name="keys"),
    path("developers/keys/<int:pk>/revoke/", pages.revoke, name="key_revoke"),
    path("developers/explorer/", explorer.page, name="explorer"),
]
