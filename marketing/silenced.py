"""Who gets no campaign, and why: asked when an audience is frozen, and again when a mail's turn has come.

A tenant may have a cap: so many campaigns within so many days to one address (settings: `campaign_cap`).
"""

from leadercrm.core.database import connection

SETTINGS_KEY = "campaign_cap"
# {contact}, {email} and {topic} are what is asked about. Each table has one row of it at most.
JOINS = """
    LEFT JOIN marketing_suppression silenced ON silenced.email = {email}
    LEFT JOIN marketing_erasedaddress erased ON erased.hash = encode(sha256(convert_to({email}, 'UTF8')), 'hex')
    LEFT JOIN marketing_contactconsent consent ON consent.contact_id = {contact}
    LEFT JOIN marketing_mailpreference preference ON preference.email = {email}
"""
# A SkipReason, or nothing. {rest} are further cases.
REASON = """
    CASE WHEN silenced.id IS NOT NULL OR erased.id IS NOT NULL THEN 'suppressed'
         WHEN consent.do_not_contact THEN 'do_not_contact'
         WHEN consent.repep THEN 'repep'
         WHEN consent.status = 'withdrawn' THEN 'withdrawn'
         WHEN preference.refused @> to_jsonb({topic}::text) THEN 'topic'
         {rest} ELSE '' END
"""


def frequency_cap() -> tuple[int, int] | None:
    """(mails, days) that the bound tenant allows one address; None: as many as there are."""
    settings = getattr(connection.tenant, "settings", None) or {}
    cap = settings.get(SETTINGS_KEY) or {}
    return (int(cap["mails"]), int(cap["days"])) if cap.get("days") and cap.get("mails") else None
