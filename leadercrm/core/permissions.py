"""Who may settle work that has failed or is in doubt: administrators."""

from leadercrm.core.actor import grant

grant("core.settle_work")
