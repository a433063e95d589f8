from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "banibs.notifications"
    label = "notifications"
