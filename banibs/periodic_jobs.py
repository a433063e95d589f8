"""Every periodic job: when beat asks for which task. One run at a time of each; the last run shows in /readyz."""

from celery.schedules import crontab

from payments import policy

# name → (task, when: seconds or a crontab in UTC)
TIMETABLE = {
    "heartbeat": ("banibs.jobs.heartbeat", 10),
    "deliver_events": ("banibs.core.tasks.deliver_events", 5),
    "send_letters": ("banibs.notifications.tasks.send_letters", 30),
    "expire_checkouts": ("payments.tasks.expire_checkouts", 60),
    "clear_funds": ("payments.tasks.clear_funds", 300),
    "run_payout_schedules": ("payouts.tasks.run_payout_schedules", 300),
    "send_payouts": ("payouts.tasks.send_payouts", 60),
    "look_up_payouts": ("payouts.tasks.look_up_payouts", 60),
    "lapse_offers": ("payouts.tasks.lapse_offers", 300),
    "sum_sales": ("payouts.tasks.sum_sales", crontab(minute="*/5")),
    "check_payout_methods": ("payouts.tasks.check_methods", 300),
    "retry_webhooks": ("payments.tasks.retry_webhooks", 30),
    "sweep_payments": ("payments.tasks.sweep_payments", 60),
    "find_disputes": ("payments.tasks.find_disputes", crontab(minute="17")),
    "issue_documents": ("payments.tasks.issue_documents", 30),
    "render_documents": ("payments.tasks.render_documents", 30),
    "invoice_fees": ("payments.tasks.invoice_fees", crontab(minute="35", hour="1")),
    "move_cases": ("payments.tasks.move_cases", crontab(minute="*/5")),
    "complete_orders": ("marketplace.tasks.complete_orders", crontab(minute="7")),
    "reopen_shops": ("marketplace.tasks.reopen_shops", crontab(minute="12")),
    "scan_files": ("marketplace.tasks.scan_files", 60),
    "move_views": ("marketplace.tasks.move_views", 60),
    "fold_views": ("marketplace.tasks.fold_views", crontab(minute="5", hour="3")),
    "move_checkpoints": ("wallet.tasks.move_checkpoints", crontab(minute="*/10")),
    "expire_approvals": ("wallet.tasks.expire_approvals", crontab(minute="11")),
    "watch_ledger": ("payments.tasks.watch_ledger", int(policy.LEDGER_WATCHED_EVERY.total_seconds())),
    "verify_ledger": ("payments.tasks.verify_ledger", crontab(minute="40", hour="2")),
    "clear_old_rows": ("banibs.jobs.clear_old_rows", crontab(minute="20", hour="3")),
}

# On a development machine alone.
DEVELOPMENT_TIMETABLE = {
    "pay_in_demo_money": ("banibs.dev.demo.tasks.pay_in_demo_money", 5),
}
