"""Who may do what with what agents did: those who act for themselves their own agents', administrators everybody's."""

from leadercrm.core.actor import Scope, grant

grant("agents.view_journal", manager=Scope.OWN, sales=Scope.OWN, viewer=Scope.OWN)
grant("agents.undo", manager=Scope.OWN, sales=Scope.OWN)
