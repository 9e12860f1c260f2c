"""Sending campaigns: each recipient gets the mail once, as far as SMTP allows, and nobody is forgotten.

Who is to get a mail is a row (CampaignRecipient). A sender works in small windows:

1. One statement settles the window before, and claims the next few rows that are due: `queued` becomes
   `claimed`, with who claimed it and when. In the same snapshot it asks whether the campaign is still being
   sent, and whether the address has become one that gets no mail. It commits before anything is handed over.
   A pause, a cancellation or an unsubscription that was committed before the claim is thus obeyed, and one
   that comes later waits for one window at most.
2. The window is handed over on the one connection that the sender keeps (`conversation`). What the mail
   server answers is the row's next state: `sent`, `queued` again for later, `failed`; `in_doubt` when the
   connection broke after the message had begun to go over; and `queued` when it broke before.

A claim is a promise that the row may be handed over at any moment, so that it is never taken back blindly. A
sender that dies leaves at most one window of claimed rows (settings.CAMPAIGN_WINDOW, 16 by default). When the
lease has run out they are `in_doubt`: the look-up (settings.CAMPAIGN_LOOKUP) says of each whether its
Message-ID has arrived, which makes it `sent`, or has not, which queues it again; without one, people say so. So no
second mail is ever sent without somebody having said that the first has not arrived, and nobody is lost: each
row is in a state that something or somebody will go on from.

Why windows: a claim is a commit, and a commit for each mail would cost more than the mail. Why not large
claims in advance, marked one by one as they go: that is the same commit again. Why small ones: whatever is
claimed when a sender dies is in doubt, sent or not.

A sender that was stopped, and not killed, may wake up when its rows have been looked up already. Hence it hands
nothing over when more than `HAND_OVER_WITHIN` of the lease has gone by since the claim.

Senders take turns at tenants (leadercrm.tenancy.turns), some seconds each, and within a tenant window by window
at its campaigns. They are Celery tasks on the queue `campaigns` (marketing.tasks), rung by the send, by beat and by
each other; the rows are the queue, and a broker that forgets costs seconds.
"""
