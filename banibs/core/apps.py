from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "banibs.core"
    label = "core"
