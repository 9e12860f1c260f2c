"""Deals moved, and given contacts that are being deleted, at the same time: on real commits, with the controls."""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count

import pytest
from django.db import models, transaction

from crm.actions import deals, pipelines, references
from crm.actions.contacts import create_contact, delete_contact
from crm.actions.deals import change_deal, create_deal, move_stage
from crm.actions.pipelines import add_stage, change_stage
from crm.models import Contact, Deal, DealContact, Pipeline, Stage, StageChange
from crm.queries_deals import living_contacts
from crm.tests.test_deals_api import CONTACTED, LOST, PROSPECT, WON
from leadercrm.core import tally
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.parallel import PATIENCE, Stand, in_parallel, read_together
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind


def a_deal(live: TestTenant) -> Deal:
    with bind(live.bound):
        return create_deal({"name": "A", "pipeline_id": 1, "stage_id": PROSPECT}, actor=live.actor())


def moved_at_once(live: TestTenant, *stages: int) -> tuple[Deal, list[StageChange], int]:
    """The deal, its moves in order, and how often winning it was told, after moves to these stages at once."""
    deal = a_deal(live)

    def move(stage_id: int) -> None:
        with bind(live.bound):
            move_stage(deal, stage_id=stage_id, actor=live.actor())

    in_parallel([partial(move, stage_id) for stage_id in stages])
    with bind(live.bound):
        told = Notification.objects.filter(type="deal_won", url=f"/deals/{deal.pk}").count()
        return Deal.objects.get(pk=deal.pk), list(StageChange.objects.filter(deal=deal).order_by("pk")), told


def is_a_chain(moves: list[StageChange]) -> bool:
    return [move.from_stage_id for move in moves[1:]] == [move.to_stage_id for move in moves[:-1]]


def test_winning_at_once_is_one_move_told_once(live: TestTenant) -> None:
    deal, moves, told = moved_at_once(live, *[WON] * 6)
    assert (deal.stage_id, [move.to_stage_id for move in moves], told) == (WON, [PROSPECT, WON], 1)


def test_control_without_the_lock_it_is_told_more_than_once(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deals, "lock", read_together(6))
    _deal, moves, told = moved_at_once(live, *[WON] * 6)
    assert told > 1
    assert len(moves) > 2


def test_moves_to_different_stages_form_one_chain(live: TestTenant) -> None:
    deal, moves, _told = moved_at_once(live, CONTACTED, WON, LOST, 3, 4)
    assert len(moves) == 6
    assert is_a_chain(moves)
    assert deal.stage_id == moves[-1].to_stage_id


def test_control_without_the_lock_the_chain_breaks(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deals, "lock", read_together(5))
    _deal, moves, _told = moved_at_once(live, CONTACTED, WON, LOST, 3, 4)
    assert not is_a_chain(moves)


Contacts = Callable[[list[int]], set[int]]


def joined_while_it_is_deleted(live: TestTenant, monkeypatch: pytest.MonkeyPatch, look: Contacts) -> int:
    """How many deals have a deleted contact take part: who joins has looked whether it is there, and it is deleted."""
    deal, actor, stand = a_deal(live), live.actor(), Stand()
    monkeypatch.setattr(references, "living_contacts", stand.after(look))
    with bind(live.bound):
        contact = create_contact({"first_name": "A"}, actor=actor)

    def join() -> None:
        with bind(live.bound), suppress(DomainError):
            change_deal(deal, {"contact_ids": [contact.pk]}, actor=actor)

    def delete() -> None:
        with bind(live.bound):
            delete_contact(contact, actor=actor)

    in_parallel([join, stand.then(delete)])
    with bind(live.bound):
        deleted = DealContact.objects.filter(contact__deleted_at__isnull=False)
        return deleted.filter(deal__updated_at__gt=models.F("contact__deleted_at")).count()


def test_no_contact_joins_a_deal_after_its_deletion(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert joined_while_it_is_deleted(live, monkeypatch, living_contacts) == 0


def test_control_without_the_contacts_lock_one_does(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked_contacts(contact_ids: list[int]) -> set[int]:
        return set(Contact.objects.filter(pk__in=contact_ids).values_list("pk", flat=True))

    assert joined_while_it_is_deleted(live, monkeypatch, unlocked_contacts) == 1


def retyped_while_a_deal_moves_in(live: TestTenant) -> bool:
    """Whether a stage becomes a won one while a move into it is under way."""
    deal, actor, stand = a_deal(live), live.actor(), Stand()
    with bind(live.bound):
        stage = add_stage({"name": "Piloto"}, pipeline=Pipeline.objects.get(pk=1), actor=actor)

    def move() -> None:
        with bind(live.bound), transaction.atomic():
            move_stage(deal, stage_id=stage.pk, actor=actor)
            stand.here()

    def retype() -> None:
        with bind(live.bound), suppress(DomainError):
            change_stage(stage, {"type": "won"}, actor=actor)

    in_parallel([move, stand.then(retype)])
    with bind(live.bound):
        return Stage.objects.get(pk=stage.pk).type == "won"


def test_a_stage_keeps_its_type_while_a_deal_moves_in(live: TestTenant) -> None:
    assert not retyped_while_a_deal_moves_in(live)


def test_control_without_the_share_of_the_stage_it_changes(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "stage_of", lambda pk: Stage.objects.filter(pk=pk).first())
    monkeypatch.setattr(pipelines, "lock", read_together(1))
    assert retyped_while_a_deal_moves_in(live)


def test_moves_into_one_stage_do_not_wait_for_each_other(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    # Which of the tallies' shards a move adds to is drawn: the same one, and the second would wait for that.
    shards = defaultdict[int, int](partial(next, count()))
    monkeypatch.setattr(tally, "any_shard", lambda: shards[threading.get_ident()] % tally.SHARDS)
    one, other, actor = a_deal(live), a_deal(live), live.actor()
    entered, moved = threading.Event(), threading.Event()

    def move_slowly() -> None:
        with bind(live.bound), transaction.atomic():
            move_stage(one, stage_id=CONTACTED, actor=actor)
            entered.set()
            assert moved.wait(PATIENCE)

    def move() -> None:
        entered.wait()
        with bind(live.bound):
            move_stage(other, stage_id=CONTACTED, actor=actor)
        moved.set()

    in_parallel([move_slowly, move])
