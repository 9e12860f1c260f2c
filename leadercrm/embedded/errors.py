"""What stops a start: always one sentence that says what to do next."""


class CannotStartError(Exception):
    """The start is refused; the message is shown to the person as it is, without a traceback."""
