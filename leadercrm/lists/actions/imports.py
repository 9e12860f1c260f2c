"""Imports: a file is taken in, read, mapped by whoever brought it, and then worked through as every batch."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import after_commit, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.bulk import insert_rows
from leadercrm.core.errors import DomainError, in_english
from leadercrm.lists import storing
from leadercrm.lists.actions.batches import known_kind
from leadercrm.lists.kinds import importing_of
from leadercrm.lists.mapping import check, guess
from leadercrm.lists.models import Batch, BatchKind, BatchRow, BatchStatus
from leadercrm.lists.permissions import user_of
from leadercrm.lists.tables import MOST_BYTES, BadTable, rows_of

READ_AT_ONCE = 1_000
MOST_OF_A_NAME = 255


@domain_action(permission="lists.start_batch")
def start_import(resource: str, *, name: str, pieces: Iterable[bytes], once: str | None, actor: Actor) -> Batch:
    """Take in a file, to be read in the background. With the same `once` it is the same import.

    Refuses kinds of rows that the actor may not make, and files that are too large.
    """
    kind = known_kind(resource)
    importing_of(kind)
    actor.require(kind.needs("create"))
    before = Batch.objects.filter(once=once, user=user_of(actor)).first() if once else None
    if before is not None:
        return before
    batch = Batch.objects.create(
        kind=BatchKind.IMPORT, resource=resource, status=BatchStatus.READING, user_id=user_of(actor), once=once,
        name=name[-MOST_OF_A_NAME:], file=storing.store(_limited(pieces)),
    )  # fmt: skip
    record(actor, batch, "batch.created")
    after_commit("lists.read_file", about=batch, batch_id=batch.pk)
    return batch


def _limited(pieces: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise BadTable(_("A file may have %(most)s MB at most.") % {"most": MOST_BYTES // 1024 // 1024})
        yield piece
    if not size:
        raise BadTable(_("The file is empty."))


@domain_action(permission="lists.work_batch")
def read_file(batch: Batch, *, actor: Actor) -> Batch:
    """Take the rows of an import's file into its rows, and guess what its columns are; a bad file makes it fail."""
    batch = lock(batch)
    if batch.status != BatchStatus.READING:
        return batch
    before = snapshot(batch)
    try:
        rows = rows_of(storing.path_of(batch.file))
        _number, head = next(rows, (0, []))
        if not head:
            raise BadTable(_("The file is empty."))
        total = _keep(batch, rows)
        if not total:
            raise BadTable(_("Below the heading there are no rows."))
    except BadTable as refusal:
        BatchRow.objects.filter(batch=batch).delete()
        transition(batch, BatchStatus.FAILED, error=in_english(refusal.message), finished_at=timezone.now(), file="")
    else:
        columns = guess(head, importing_of(known_kind(batch.resource)).targets())
        options = {"head": head, "columns": columns, "same": "skip", "dates": "dmy"}
        transition(batch, BatchStatus.MAPPING, total=total, options=options, file="")
    record(actor, batch, "batch.file_read", before=before)
    transaction.on_commit(lambda: storing.forget(before["file"]))
    return batch


def _keep(batch: Batch, rows: Iterator[tuple[int, list[str]]]) -> int:
    """Keep the rows of a file, so many at a time that each statement is short; how many there are."""
    total = 0
    while chunk := list(islice(rows, READ_AT_ONCE)):
        kept = [
            {"batch_id": batch.pk, "place": place, "cells": cells, "outcome": "", "why": ""} for place, cells in chunk
        ]
        insert_rows(BatchRow, kept)
        total += len(chunk)
    return total


@domain_action(permission="lists.start_batch")
def begin_import(batch: Batch, options: Mapping[str, Any], *, actor: Actor) -> Batch:
    """Begin to make rows of what was read, its columns becoming what `options` says. One that has begun goes on.

    `options` has "columns", "same" and "dates" (Batch). Refuses columns that would make nothing.
    """
    batch = lock(batch)
    kind = known_kind(batch.resource)
    actor.require(kind.needs("create"))
    if batch.kind == BatchKind.IMPORT and batch.status in (BatchStatus.RUNNING, BatchStatus.DONE):
        return batch
    chosen = {**batch.options, **{name: options[name] for name in ("columns", "same", "dates")}}
    if len(chosen["columns"]) != len(batch.options.get("head", ())):
        raise DomainError(_("Choose what each column is to become."), field="columns")
    check(chosen, importing_of(kind))
    before = snapshot(batch)
    transition(batch, BatchStatus.RUNNING, options=chosen, started_at=timezone.now())
    record(actor, batch, "batch.begun", before=before)
    after_commit("lists.work_batch", about=batch, batch_id=batch.pk, done=0)
    return batch
