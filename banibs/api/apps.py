from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "banibs.api"
    label = "api"
