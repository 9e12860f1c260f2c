"""A whole round of the evaluation: database, web server, all tasks, and the score."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from leadercrm.core.testing.processes import WebServer
from leadercrm.mcp.evaluation.running import Score, evaluate, model_of
from leadercrm.mcp.evaluation.tasks import TASKS
from leadercrm.tenancy.fleet.run import migrate_fleet


def play_round(environment: Mapping[str, str]) -> int:
    """Do the tasks that are asked for; 0 when all of them were done."""
    model = model_of(environment)
    named = [name for name in environment.get("LEADERCRM_EVAL_TASKS", "").split(",") if name]
    folder = Path(settings.BASE_DIR) / "var" / "eval" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    migrate_fleet(lambda line: None)
    server = WebServer()
    server.start()
    scores = []
    try:
        for name in named or TASKS:
            scores.append(evaluate(TASKS[name], model, server.port, folder))
            print(line_of(scores[-1]), flush=True)
    finally:
        server.kill()
    done = sum(not score.failures for score in scores)
    summary = {"model": environment["LEADERCRM_EVAL_MODEL"], "done": done, "of": len(scores)}
    kept = {**summary, "tasks": [asdict(score) for score in scores]}
    (folder / "score.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1))
    print(f"\n{done} of {len(scores)} tasks done; transcripts in {folder}")
    return 0 if done == len(scores) else 1


def line_of(score: Score) -> str:
    """A task in a line: what it was, how it went, and why not."""
    mark = "done  " if not score.failures else "FAILED"
    why = "".join(f"\n         {failure}" for failure in score.failures)
    return f"{mark} {score.task:<28} {score.calls:>3} calls {score.seconds:>6} s{why}"
