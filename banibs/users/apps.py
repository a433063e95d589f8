from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "banibs.users"
    label = "users"
