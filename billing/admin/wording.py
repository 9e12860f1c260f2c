"""What the admin pages call that which happens to documents, and what of it no page shows by a name of its own."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.told import tell, tell_columns

tell(
    approved=_("approval"), rejected=_("rejection"), revised=_("new revision"), sent=_("sending"),
    signed=_("signature"), expired=_("expiry"), notice_given=_("notice of its end"), overdue=_("overdue"),
    settled=_("settlement"), receipt_sent=_("sending of the receipt"), image_added=_("picture added"),
    images_ordered=_("pictures put in order"), image_removed=_("picture removed"),
    branding_changed=_("change of the branding"), logo_changed=_("change of the logo"),
    terms_changed=_("change of the terms"), moved_on=_("next date set"), stopped=_("stop"),
    viewed=_("seen by the client"), link_renewed=_("new link"), mail_confirmed=_("mail confirmed"),
)  # fmt: skip
tell_columns(
    converted_from=_("made from the quote"), converts_quote=_("made from a quote"), image=_("picture"),
    images=_("pictures"), items=_("lines"), mails=_("mails"), sends=_("mails sent"), last_sent_at=_("last mailed"),
    due_on=_("due"), cfdi_uuid=_("fiscal folio"), notice_for=_("notice given for"), recurrence_on=_("recurrence of"),
    anchor_day=_("day of the month"), contact_name=_("name of the contact"), company_name=_("name of the company"),
    company=_("company"), verbal=_("by word of mouth"),
)  # fmt: skip
