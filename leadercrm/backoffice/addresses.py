"""Which addresses are pages with a session. Public pages and the API know by other means who asks."""

# The first part of each.
SECTIONS = frozenset(
    """
    account activities admin agenda agents batches bell bulk campaigns companies connect contacts contracts deals events
    exports forms imports
    invoices language lists login logout notices payments products quotes receivables search segments settings
    suppressions
    """.split()  # noqa: SIM905 - read as a table
)


def is_page(path: str) -> bool:
    """Whether a session is looked for: for the start page, and what stands below a section."""
    return path == "/" or path.split("/", 2)[1] in SECTIONS
