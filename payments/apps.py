from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from payments.gateways.stripe import mirror  # models are loaded by now

        mirror.keep_keys_out()
