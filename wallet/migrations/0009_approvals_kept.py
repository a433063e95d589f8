"""All of a request is frozen, a decision is final, amounts are above zero; pauses of payouts are kept as they were opened."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0008_roles")]

    operations = [
        migrations.RemoveConstraint(model_name="approval", name="wallet_approval_decided"),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("alone_limit__isnull", True),
                        ("decider__isnull", True),
                        ("status__in", ["requested", "expired"]),
                    ),
                    models.Q(
                        ("alone_limit__isnull", True),
                        ("decided_at__isnull", False),
                        ("decider__isnull", False),
                        ("status__in", ["approved", "refused"]),
                    ),
                    models.Q(
                        ("alone_limit__isnull", False),
                        ("amount__lte", models.F("alone_limit")),
                        ("decided_at__isnull", False),
                        ("decider__isnull", True),
                        ("status", "approved"),
                    ),
                    _connector="OR",
                ),
                name="wallet_approval_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", True), ("currency", "")),
                    models.Q(("amount__gt", 0), ("amount__isnull", False), ("currency__regex", "^[A-Z]{3}$")),
                    _connector="OR",
                ),
                name="wallet_approval_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by", "")),
                    models.Q(
                        ("lifted_at__isnull", False),
                        models.Q(("lifted_by", ""), _negated=True),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="wallet_payout_pause_lifted",
            ),
        ),
        migrations.RunSQL((SQL / "0009_approvals_kept.sql").read_text(), migrations.RunSQL.noop),
    ]
