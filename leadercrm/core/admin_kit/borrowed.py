"""Texts of Unfold's pages, which it has in English alone, and two that Django's Spanish has wrong.

Named here they are given to our translators.
"""

from django.utils.translation import gettext_noop as _

TEXTS = (
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    # A filter's heading: our titles, "asignada a" for one, do not stand behind "Por".
    _(" By %(filter_title)s "),
    _("Add row"), _("All applications"), _("Apply Filters"), _("Choose file to upload"), _("Click to cancel"),
    _("Click to download"), _("Dark"), _("Expand row"), _("False"), _("Go back"), _("Image preview"), _("Light"),
    _("Loading more results..."), _("More actions"), _("No data"), _("No recent searches"), _("No results found"),
    _("No results matching your query"), _("Recent searches"), _("Record picture"), _("Reset filters"),
    _("Return to site"), _("Run"), _("Search apps and models..."), _("Select action"), _("Select action to run"),
    _("Select all rows"), _("Select record"), _("Select value"), _("System"), _("This item will be deleted."),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Toggle password visibility"), _("True"), _("Type to search"), _("Welcome back to"),
)  # fmt: skip
