"""A server that speaks the page's side of CONTRACT.md from a fixed state and keeps what the page sends.

The page is tested against the contract alone, so that a failing test names the page and not the bot behind it.
"""

import json
import mimetypes
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import bot.simulator

PAGE = Path(bot.simulator.__file__).parent / "page"


class PageServer(ThreadingHTTPServer):
    """Serves the page over `state`. `deeds` are the bodies posted to /sim/act, in order; `answers` what they get."""

    daemon_threads = True

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state
        self.deeds: list[dict[str, Any]] = []
        self.moved: list[int] = []
        self.answers: list[dict[str, Any]] = []
        self.listeners: list[queue.SimpleQueue[str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sim/"

    def phone(self, resident: str, platform: str) -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in self.state["residents"] if each["key"] == resident)[platform]
        return found

    def change(self, resident: str, platform: str, **changes: Any) -> None:
        """Changes one phone and tells the page, as the simulator would."""
        phone = self.phone(resident, platform)
        phone |= changes | {"version": phone["version"] + 1}
        self.tell({"resident": resident, "platform": platform, "version": phone["version"]})

    def tell(self, event: dict[str, Any]) -> None:
        """Sends one event to every open page."""
        for listener in self.listeners:
            listener.put(f"data: {json.dumps(event)}\n\n")


@contextmanager
def page_server(state: dict[str, Any]) -> Iterator[PageServer]:
    """A page server on a free port of this machine, stopped at the end."""
    server = PageServer(state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        match path.strip("/").split("/"):
            case ["sim"]:
                self._file(PAGE / "index.html")
            case ["sim", "static", *parts]:
                self._file(PAGE.joinpath(*parts))
            case ["sim", "state"]:
                self._json(self.server.state)
            case ["sim", "state", resident, platform]:
                self._json(self.server.phone(resident, platform))
            case ["sim", "events"]:
                self._events()
            case _:
                self._json({"ok": False}, status=404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/sim/clock":
            self.server.moved.append(body["minutes"])
            self._json({"ok": True, "clock": self.server.state["clock"]})
            return
        self.server.deeds.append(body)
        answer = self.server.answers.pop(0) if self.server.answers else {"ok": True}
        self._json(answer)  # a refusal too: the browser's console would complain of a 400

    def _file(self, path: Path) -> None:
        if not path.is_file():
            self._json({"ok": False}, status=404)
            return
        self._send(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")

    def _json(self, content: Any, status: int = 200) -> None:
        self._send(json.dumps(content).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        listener: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.server.listeners.append(listener)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                self.wfile.write(listener.get().encode())
                self.wfile.flush()
        except OSError:
            self.server.listeners.remove(listener)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keeps quiet: a test's output is its own."""
