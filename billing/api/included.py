"""What documents and payments may be read together with."""

from crm.queries import CONTACTS
from crm.queries_deals import DEALS
from leadercrm.core.api.chosen import Included

CONTACT_AND_DEAL = {
    "contact": Included("Contact", CONTACTS, of="contact_id"),
    "deal": Included("Deal", DEALS, of="deal_id"),
}
