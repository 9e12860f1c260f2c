"""`make eval`: let a model do the tasks over the real MCP endpoint, and say how many it did.

The model's address comes from the environment: LEADERCRM_EVAL_URL, LEADERCRM_EVAL_MODEL, LEADERCRM_EVAL_KEY, and
LEADERCRM_EVAL_API (openai or anthropic; by default what the address looks like). LEADERCRM_EVAL_TASKS names some of the
tasks, with commas. Transcripts and the score are left in var/eval.
"""

import os
import sys
from importlib import import_module

import django


def main() -> int:
    """0 when every task was done; 2 when no model is named."""
    if not (os.environ.get("LEADERCRM_EVAL_URL") and os.environ.get("LEADERCRM_EVAL_MODEL")):
        print(__doc__)
        return 2
    django.setup()
    return int(import_module("leadercrm.mcp.evaluation.round").play_round(os.environ))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
    sys.exit(main())
