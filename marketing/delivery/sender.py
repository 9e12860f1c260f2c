"""A sender: takes turns at tenants, claims window after window, hands over, settles. See marketing.delivery."""

import itertools
import logging
import os
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from leadercrm.core import ports
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import NotFound
from leadercrm.tenancy import turns
from marketing.actions.delivery import KIND, complete_campaign
from marketing.actions.reports import note_refusals
from marketing.actions.silence import suppress
from marketing.delivery import doubts, journal
from marketing.delivery.conversation import Mail, Outlet, ServerAway, outlet
from marketing.delivery.journal import Claimed, Window
from marketing.delivery.message import Unwritable
from marketing.delivery.outcomes import Outcome, failed, is_for_good, untouched
from marketing.delivery.plans import Plan, plan_of
from marketing.delivery.rates import Asked, Rates
from marketing.models import Campaign, CampaignRecipient, RecipientStatus, SuppressionReason

logger = logging.getLogger(__name__)
R = TypeVar("R")

# Where the next turn is due soon, a sender waits for it.
SHORTEST_SLEEP = 0.02
# Seconds at one tenant before the next one's turn.
SLICE = 2.0
# The part of a lease within which a claimed row may be handed over.
HAND_OVER_WITHIN = 1 / 3
# Seconds after a claim in which its mails may begin, however slow the mail server: a pause or a cancellation, which
# the next claim obeys, takes effect within five.
OBEYS_WITHIN = 3.0
# Seconds between the tries to tell PostgreSQL what came of a window, while it is restarted. Then it is in doubt.
PERSISTENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
# After so many windows in which connections broke and nothing was sent, the mail server is left alone for a while.
MOST_LOSSES = 3
REST_SECONDS = 30.0
# A mail that cannot be made because of a fault of ours is tried again when that may have been mended.
REPAIR_SECONDS = 300.0
MOST_PLANS = 8


class Sender:
    """One process's sender, with the connection, plans and rates that it keeps from task to task."""

    def __init__(self, opened: Callable[[], Outlet] = outlet) -> None:
        self.name = f"{socket.gethostname()[:24]}.{os.getpid()}.{secrets.token_hex(4)}"
        self._outlet = opened()
        self._rates = Rates()
        self._plans: OrderedDict[tuple[int, int], Plan] = OrderedDict()
        self._numbers = itertools.count()
        self._losses, self._rests_until = 0, 0.0
        # Seconds for which the tenant that is served has had enough mails.
        self._tenant_waits = 0.0
        # What the window before came to, and under which claim: not told to PostgreSQL yet.
        self._claim, self._results = "", dict[int, Outcome]()

    def work(self, seconds: float) -> int:
        """Send what is due, tenant by tenant, for so many seconds at most; how many turns were taken."""
        end, taken = time.monotonic() + seconds, 0
        while max(time.monotonic(), self._rests_until) < end:
            tenant_id = turns.take(KIND)
            if tenant_id is None:
                pause = turns.seconds_until(KIND)
                if pause is None or time.monotonic() + pause > end:
                    break
                time.sleep(max(pause, SHORTEST_SLEEP))
                continue
            taken += 1
            try:
                with ports.bind_tenant(tenant_id):
                    self.serve(min(end, time.monotonic() + SLICE))
            except NotFound:
                continue  # suspended at this moment
        return taken

    def serve(self, end: float) -> None:
        """One turn of the bound tenant, until `end` (time.monotonic) or until nothing is due."""
        journal.expire()
        doubts.look_up()
        self._tenant_waits = 0.0
        due = journal.due_campaigns()
        try:
            self._windows(list(due), end)
        except ServerAway as error:
            logger.warning("the mail server is away: %s", error)
            self._rests_until, self._losses = time.monotonic() + REST_SECONDS, 0
        finally:
            self._settle()
        journal.call_off(due)
        for campaign_id in journal.finished_campaigns():
            complete_campaign(Campaign.objects.get(pk=campaign_id), actor=Actor.system())
        turns.rest(KIND, self._next_turn)

    def close(self) -> None:
        self._outlet.close()

    def _windows(self, due: list[int], end: float) -> None:
        """One window of each campaign, and then the next one of each, until the tenant's time or mails are up."""
        while due and time.monotonic() < end:
            for campaign_id in due[:]:
                if time.monotonic() >= end or self._tenant_waits:
                    return
                if not self._window(campaign_id):
                    due.remove(campaign_id)

    def _next_turn(self) -> datetime | None:
        due = journal.next_due()
        return due and max(due, timezone.now() + timedelta(seconds=self._tenant_waits))

    def _window(self, campaign_id: int) -> bool:
        """Settle the window before, claim the campaign's next one and hand it over; False if nobody was due."""
        claim, began = f"{self.name}.{next(self._numbers)}", time.monotonic()
        window = self._persist(
            lambda: journal.turn_over(claim, campaign_id, settings.CAMPAIGN_WINDOW, self._claim, self._results),
            lambda: journal.give_back(claim),
        )
        self._claim, self._results = claim, {row.id: untouched() for row in window.rows}
        self._hand_over(window, began + min(settings.CAMPAIGN_LEASE_SECONDS * HAND_OVER_WITHIN, OBEYS_WITHIN))
        return window.taken > 0

    def _settle(self) -> None:
        claim, results = self._claim, self._results
        self._claim, self._results = "", {}
        self._persist(lambda: journal.settle(claim, results))

    def _hand_over(self, window: Window, until: float) -> None:
        """Note what comes of each row. Whatever is raised in between leaves the rest as it was: untouched."""
        rows = self._allowed(window.rows)
        written = self._written(window.campaign_id, rows)
        outcomes = self._outlet.hand_over([mail for _row, mail in written], until)
        for (row, _mail), outcome in zip(written, outcomes, strict=True):
            self._results[row.id] = outcome
            if outcome.status == RecipientStatus.FAILED:
                self._refused(row, outcome.reply)
        self._watch([self._results[row.id] for row, _mail in written])

    @staticmethod
    def _refused(row: Claimed, reply: str) -> None:
        """An address that is none, or that has refused one mail after the other, gets no more."""
        if is_for_good(reply):
            suppress(row.email, SuppressionReason.BOUNCED, reply, actor=Actor.system())
        else:
            note_refusals(CampaignRecipient.objects.get(pk=row.id), reason=reply, actor=Actor.system())

    def _allowed(self, rows: Sequence[Claimed]) -> list[Claimed]:
        """Those whose tenant and domain have not had their mails for now; the others wait."""
        mails = [Asked(row.email.rpartition("@")[2], row.reserved) for row in rows]
        answers, self._tenant_waits = self._rates.ask(ports.current_tenant_id(), mails)
        asked = list(zip(rows, answers, strict=True))
        for row, answer in asked:
            self._results[row.id] = untouched(answer.pause, reserved=answer.reserved)
        return [row for row, answer in asked if answer.now]

    def _written(self, campaign_id: int, rows: Sequence[Claimed]) -> list[tuple[Claimed, Mail]]:
        if not rows:
            return []
        written = []
        try:
            plan = self._plan(campaign_id)
            for row in rows:
                try:
                    written.append((row, plan.mail(row)))
                except Unwritable as reason:
                    self._results[row.id] = failed(str(reason))
        except Exception:
            logger.exception("campaign %s cannot be written", campaign_id)
            self._results.update({row.id: untouched(REPAIR_SECONDS) for row in rows})
            return []
        return written

    def _plan(self, campaign_id: int) -> Plan:
        """Made once per campaign: what is sent was frozen when the sending began."""
        key = (ports.current_tenant_id(), campaign_id)
        plan = self._plans.pop(key, None) or plan_of(Campaign.objects.get(pk=campaign_id))
        self._plans[key] = plan
        if len(self._plans) > MOST_PLANS:
            self._plans.popitem(last=False)
        return plan

    def _watch(self, outcomes: Sequence[Outcome]) -> None:
        """A mail server that only breaks off would put a whole campaign in doubt: not that."""
        statuses = {outcome.status for outcome in outcomes}
        if RecipientStatus.SENT in statuses:
            self._losses = 0
        elif RecipientStatus.IN_DOUBT in statuses:
            self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise ServerAway(f"it broke off {self._losses} times in a row")

    def _persist(self, call: Callable[[], R], undo: Callable[[], object] = lambda: None) -> R:
        """Call until PostgreSQL answers. `undo` takes back what an earlier call may have done without telling."""
        for pause in PERSISTENCE:
            try:
                return call()
            except (OperationalError, InterfaceError) as error:
                if connection.in_atomic_block:
                    raise
                logger.warning("PostgreSQL does not answer (%s); again in %s s", error, pause)
                connection.close()
                time.sleep(pause)
                call = _after(undo, call)
        return call()


def _after(first: Callable[[], object], call: Callable[[], R]) -> Callable[[], R]:
    def both() -> R:
        first()
        return call()

    return both
