"""Troubles that a person can do something about."""


class ExplainedError(Exception):
    """One sentence that says what is wrong and what to do next; shown as it is, without a traceback."""
