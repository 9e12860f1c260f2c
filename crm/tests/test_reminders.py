"""Reminders of what is due: each once, to who is to do it, and not of what is done, gone or over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.actions.reminders import AHEAD, remind, schedule_reminders
from crm.models import Activity
from crm.tests.test_activities_api import make
from leadercrm.core import outbox
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification


def soon(**ahead: Any) -> str:
    return (timezone.now() + timedelta(**(ahead or {"minutes": 10}))).isoformat()


def time_passes() -> None:
    """What was to be reminded of within the hour ahead is due by now."""
    near = Activity.with_deleted.filter(remind_at__lte=timezone.now() + AHEAD)
    near.update(remind_at=timezone.now() - timedelta(seconds=1))


def reminded() -> int:
    time_passes()
    remind(actor=Actor.system())
    return Notification.objects.filter(type="activity_due").count()


def test_who_is_to_do_it_is_reminded_once(api: Api, alfa: TestTenant) -> None:
    made = make(api, due_at=soon())
    assert Activity.objects.get().remind_at == Activity.objects.get().due_at
    with untouched():
        assert remind(actor=Actor.system()) == 0
    assert reminded() == 1
    told = Notification.objects.get()
    assert (told.user_id, told.url) == (alfa.users["admin"], f"/activities/{made['id']}")
    assert "Llamar" in told.body
    with untouched():
        assert remind(actor=Actor.system()) == 0
    assert api.get(f"/activities/{made['id']}").data == made


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_nobody_is_reminded_of_what_is_over(api: Api, status: str) -> None:
    made = make(api, due_at=soon())
    api.put(f"/activities/{made['id']}", {"status": status})
    done = make(api, due_at=soon())
    api.post(f"/activities/{done['id']}/complete")
    make(api, due_at=soon(), status=status)
    make(api, due_at="2025-04-15T10:00:00Z")
    make(api)
    assert reminded() == 0


def test_what_was_deleted_is_reminded_of_once_it_is_back(api: Api) -> None:
    made = make(api, due_at=soon())
    api.delete(f"/activities/{made['id']}")
    assert reminded() == 0
    api.post(f"/activities/{made['id']}/restore")
    assert reminded() == 1


def test_a_new_date_brings_a_new_reminder(api: Api) -> None:
    made = make(api, due_at=soon())
    assert reminded() == 1
    api.put(f"/activities/{made['id']}", {"subject": "Otra cosa"})
    assert reminded() == 1
    api.put(f"/activities/{made['id']}", {"due_at": soon(minutes=20)})
    assert reminded() == 2
    api.put(f"/activities/{made['id']}", {"due_at": None})
    assert Activity.objects.get().remind_at is None


def test_a_day_is_reminded_of_in_its_morning(api: Api) -> None:
    make(api, due_at="2999-04-16")
    assert Activity.objects.get().remind_at == datetime(2999, 4, 16, 14, tzinfo=UTC)


def scheduled() -> list[datetime]:
    return sorted(WorkItem.objects.filter(task="crm.remind").values_list("due_at", flat=True))


def test_what_is_due_soon_is_scheduled_at_once_and_the_rest_by_the_hour(api: Api) -> None:
    make(api, due_at=soon())
    far = make(api, due_at=soon(hours=5))
    assert scheduled() == [Activity.objects.exclude(pk=far["id"]).get().due_at]
    Activity.objects.filter(pk=far["id"]).update(remind_at=timezone.now() + timedelta(minutes=50))
    WorkItem.objects.all().delete()
    assert schedule_reminders(actor=Actor.system()) == 2
    assert scheduled() == sorted(Activity.objects.values_list("remind_at", flat=True))


def test_scheduled_work_reminds(api: Api) -> None:
    make(api, due_at=soon())
    item = WorkItem.objects.get(task="crm.remind")
    assert not outbox.run(item.pk)
    time_passes()
    WorkItem.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert outbox.run(item.pk)
    assert Notification.objects.filter(type="activity_due").count() == 1
    item.refresh_from_db()
    assert item.state == "done"


def test_a_missed_reminder_is_made_up_for(api: Api) -> None:
    make(api, due_at=soon())
    WorkItem.objects.all().delete()
    time_passes()
    assert schedule_reminders(actor=Actor.system()) == 1
    assert outbox.run(WorkItem.objects.get(task="crm.remind").pk)
    assert Notification.objects.count() == 1


def test_more_than_a_batch_is_gone_on_with(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.actions.reminders.BATCH", 2)
    for _number in range(3):
        make(api, due_at=soon())
    time_passes()
    WorkItem.objects.all().delete()
    assert remind(actor=Actor.system()) == 2
    assert outbox.run(WorkItem.objects.get(task="crm.remind").pk)
    assert Notification.objects.count() == 3
