"""Proves the books, or names what broke."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from banibs.core import audit
from wallet import verified


class Command(BaseCommand):
    help = "Proves the invariants of every app against one moment. Exit 1 and the rows that break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        parser.add_argument(
            "--quick", action="store_true", help="every stored balance, the sums, the guards, and what is new"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each check and what it found; exits 1 when one does not hold."""
        checks = audit.checks()
        if options["quick"]:
            findings = audit.run_quick(checks, verified.begin(audit.tables(checks)).since)
        else:
            findings = audit.run(checks)
        broken = [finding for finding in findings if not finding.holds]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not broken, "checks": [_as_json(one) for one in findings]}))
        else:
            self._print(findings, broken=len(broken))
        if broken:
            sys.exit(1)

    def _print(self, findings: list[audit.Finding], *, broken: int) -> None:
        for finding in findings:
            if finding.holds:
                self.stdout.write(f"holds   {finding.check.name}  {finding.check.promise}")
                continue
            self.stdout.write(self.style.ERROR(f"BROKEN  {finding.check.name}  {finding.check.promise}"))
            for row in finding.rows:
                self.stdout.write("        " + "  ".join(f"{name}={value}" for name, value in row.items()))
            if finding.broken > len(finding.rows):
                self.stdout.write(f"        and {finding.broken - len(finding.rows)} more")
        total = len(findings)
        self.stdout.write(f"{total} checks, {broken} broken." if broken else f"{total} checks, all hold.")


def _as_json(finding: audit.Finding) -> dict[str, Any]:
    return {
        "name": finding.check.name,
        "promise": finding.check.promise,
        "holds": finding.holds,
        "broken": finding.broken,
        "rows": [{name: str(value) for name, value in row.items()} for row in finding.rows],
    }
