"""Background jobs of a development machine."""

from celery import shared_task
from celery.signals import worker_ready

from banibs.core.jobs import task_wakeup
from banibs.dev.demo import demo_money, demo_payouts, provider_money
from wallet import demo_credit

PAY_IN = "banibs.dev.demo.tasks.pay_in_demo_money"


@shared_task(name=PAY_IN)
def pay_in_demo_money() -> None:
    """Brings demo money that was just given out to the local Stripe, and the owner's to the local PayPal and Wise, and
    gives the demo's sellers somewhere to be paid; with real keys there is none of it.
    """
    provider_money.pay_in()
    if demo_credit.stripe_is_local():
        demo_money.pay_in()
    demo_payouts.set_up()


@worker_ready.connect
def at_start(**_: object) -> None:
    """A worker begins with it: what was given out while none ran is at the local Stripe at once."""
    task_wakeup.send(PAY_IN)
