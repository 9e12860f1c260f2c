"""manage.py verify_evidence: go through every tenant's chain of evidence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.evidence import faults
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.models import Tenant


class Command(BaseCommand):
    help = "Check the chains of evidence; ends with 1 and names the entries if any is changed, missing or added."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--tenant", type=int, help="the id of one account; all accounts otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.filter(claimed_at__isnull=False).order_by("pk")
        if options["tenant"] is not None:
            tenants = tenants.filter(pk=options["tenant"])
        found = checked = 0
        for tenant in list(tenants):
            checked += 1
            with bind(BoundTenant.of(tenant)):
                for fault in faults():
                    found += 1
                    self.stderr.write(f"account {tenant.pk}, entry {fault.sequence}: {fault.problem}")
        if found:
            raise CommandError(f"{found} faults in {checked} chains")
        self.stdout.write(f"{checked} chains are sound")
