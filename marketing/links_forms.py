"""The link by which the owner of an address confirms what they have consented to; made of its submission."""

from leadercrm.tenancy.sealed import seal

# Its number among all sealed links, for ever.
CONFIRM = 21
VERSION = 1


def confirm_path(submission_id: int) -> str:
    return f"/f/confirm/{seal(CONFIRM, submission_id, VERSION)}"
