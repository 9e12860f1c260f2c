"""The pages over the wire, served by threads of the test process: its settings and patches hold there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from leadercrm.api.handler import Application


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address of a server on a port of its own. Static files have their own names, and come from their folders.

    Each of the browser's connections has a thread, with a connection to the database that ends with it.
    """
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent)
    server.set_app(StaticFilesHandler(Application()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
