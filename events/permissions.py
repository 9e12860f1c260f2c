"""Who may do what with events (contract, section 8).

Everybody answers for themselves; whoever stands at the door checks people in, whose event it may be.
"""

from leadercrm.core.actor import Scope, grant

grant("events.view_event", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant(
    "events.create_event", "events.change_event", "events.delete_event", "events.change_attendees",
    "events.invite", "events.share_link",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
grant("events.check_in", manager=Scope.ALL, sales=Scope.ALL)
grant("events.rsvp", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
# By the link of the registration page, and by that of an attendee's own.
grant("events.register", "events.answer", client=Scope.OWN)
grant("events.share_feed", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant("events.share_tenant_feed", "events.keep_events", "events.restore_event", "events.purge_bin")
