from django.apps import AppConfig


class DevelopersConfig(AppConfig):
    name = "banibs.developers"
    label = "developers"
