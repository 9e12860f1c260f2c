"""A call that waits is carried out once, whoever approves how often and whatever dies meanwhile. On real commits."""

import os
import signal
import subprocess
import sys
import textwrap
from threading import Barrier
from typing import Any

import pytest

from crm.models import Contact
from leadercrm.agents.actions import approving
from leadercrm.agents.actions.policies import set_policy
from leadercrm.agents.models import Approval
from leadercrm.core.errors import DomainError
from leadercrm.core.models import ChangeSet
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.processes import PROJECT, database_url
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import make_token

# Approves, and dies at once: before the commit, or after it.
DYING = """
    import os, signal, sys
    import django
    django.setup()
    from django.db import transaction
    from leadercrm.agents.actions.approving import approve_call
    from leadercrm.agents.models import Approval
    from leadercrm.core.actor import Actor, Role
    from leadercrm.tenancy.binding import bind_tenant_id

    tenant, user, number, moment = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    die = lambda: os.kill(os.getpid(), signal.SIGKILL)
    actor = Actor(kind="user", via="page", user_id=user, role=Role.ADMIN)
    with bind_tenant_id(tenant):
        approval = Approval.objects.get(pk=number)
        with transaction.atomic():
            approve_call(approval, digest=approval.digest, actor=actor)
            if moment == "before":
                die()
        die()
"""


def asked(live: TestTenant) -> int:
    """The number of a call that waits: to create a contact."""
    token, text = make_token(live.users["admin"], agent_name="Cobranza")
    with bind(live.bound):
        rules = [{"tool": "leader_create_contact", "answer": "ask", "over": None}]
        set_policy(token, rules=rules, actor=live.actor(via="page"))
    return int(Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"])


def approved_twice_at_once(live: TestTenant) -> list[str]:
    number = asked(live)

    def approve() -> str:
        with bind(live.bound):
            approval = Approval.objects.get(pk=number)
            try:
                return approving.approve_call(approval, digest=approval.digest, actor=live.actor(via="page")).state
            except DomainError as refusal:
                return refusal.code

    return sorted(in_parallel([approve, approve]))


def test_of_two_approvals_one_carries_it_out(live: TestTenant) -> None:
    assert approved_twice_at_once(live) == ["already_decided", "done"]
    with bind(live.bound):
        assert (Contact.objects.count(), ChangeSet.objects.count()) == (1, 1)


def test_control_without_the_lock_it_is_carried_out_twice(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def unlocked(row: Any) -> Any:
        found = type(row).objects.get(pk=row.pk)
        both.wait(timeout=20)
        return found

    monkeypatch.setattr(approving, "lock", unlocked)
    assert approved_twice_at_once(live) == ["done", "done"]
    with bind(live.bound):
        assert Contact.objects.count() == 2


@pytest.mark.parametrize(("moment", "left"), [("before", 0), ("after", 1)])
def test_who_approves_and_dies_leaves_all_or_nothing(live: TestTenant, moment: str, left: int) -> None:
    number = asked(live)
    arguments = [str(live.row.pk), str(live.users["admin"]), str(number), moment]
    program = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DYING), *arguments],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "leadercrm.settings_test", "DATABASE_URL": database_url()},
        capture_output=True,
        check=False,
    )
    assert program.returncode == -signal.SIGKILL, program.stderr.decode()
    with bind(live.bound):
        approval = Approval.objects.get(pk=number)
        assert (Contact.objects.count(), approval.state) == (left, "done" if left else "waiting")
        if not left:
            done = approving.approve_call(approval, digest=approval.digest, actor=live.actor(via="page"))
            assert (done.state, Contact.objects.count()) == ("done", 1)
        with pytest.raises(DomainError):
            approving.approve_call(approval, digest=approval.digest, actor=live.actor(via="page"))
        assert Contact.objects.count() == 1


def test_the_same_question_asked_twice_at_once_is_one(live: TestTenant) -> None:
    token, text = make_token(live.users["admin"], agent_name="Cobranza")
    with bind(live.bound):
        rules = [{"tool": "leader_create_contact", "answer": "ask", "over": None}]
        set_policy(token, rules=rules, actor=live.actor(via="page"))

    def ask() -> int:
        return int(Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"])

    assert len(set(in_parallel([ask, ask, ask]))) == 1
