"""Who may do what with what agents did: those who act for themselves their own agents', administrators everybody's."""

from leadercrm.core.actor import Scope, grant

grant("agents.view_journal", manager=Scope.OWN, sales=Scope.OWN, viewer=Scope.OWN)
grant("agents.undo", "agents.ask", "agents.approve", manager=Scope.OWN, sales=Scope.OWN)
# Of one's own tokens: the action sees to that.
grant("agents.set_policy", manager=Scope.ALL, sales=Scope.ALL)
