"""Pages of a person: profile and addresses."""

from django.urls import URLPattern, URLResolver, path

from banibs.users.views import addresses, consent, profile

app_name = "users"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/profile/", profile.edit, name="profile"),
    path("account/terms/", consent.ask, name="consent"),
    path("account/addresses/", addresses.listing, name="addresses"),
    path("account/addresses/new/", addresses.new, name="address_new"),
    path("account/addresses/<int:pk>/", addresses.edit, name="address_edit"),
    path("account/addresses/<int:pk>/delete/", addresses.delete, name="address_delete"),
    path("account/addresses/<int:pk>/default/", addresses.make_default, name="address_default"),
]
