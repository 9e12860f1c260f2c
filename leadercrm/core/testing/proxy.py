"""A way in for suites that cannot send a token: it hands their requests on, with one."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = ("connection", "transfer-encoding", "keep-alive", "content-length")


@contextmanager
def with_token(port: int, token: str) -> Iterator[str]:
    """The address of a server that is the one on `port`, to whoever holds this token."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def hand_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            wire.request(self.command, self.path, body, {"Authorization": f"Bearer {token}", **sent})
            answer = wire.getresponse()
            said = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            wire.close()

        def log_message(self, format: str, *args: object) -> None:
            """The suites tell what matters."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that go away in the middle of a word are what some suites are about."""

    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.hand_on)
    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
