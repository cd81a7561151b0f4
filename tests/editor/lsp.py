"""A client of a language server, over its standard input and output."""

import json
import queue
import subprocess
import threading
import time


class Server:
    """A running language server."""

    def __init__(self, command, folder, options):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages = queue.Queue()
        self.number = 0
        self.ready = False
        self.notes = []
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "experimental": {"serverStatusNotification": True},
            "general": {"positionEncodings": ["utf-8"]},
            "textDocument": {
                "diagnostic": {},
                "hover": {"contentFormat": ["plaintext"]},
                "rename": {"prepareSupport": True},
                "definition": {"linkSupport": False},
            },
        }
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri(folder),
                "workspaceFolders": [{"uri": uri(folder), "name": "flows"}],
                "capabilities": capabilities,
                "initializationOptions": options,
            },
        )
        self.tell("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while True:
                line = stream.readline().strip()
                if not line:
                    break
                name, value = line.split(b":", 1)
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return self.messages.put(None)
            self.messages.put(json.loads(stream.read(length)))

    def _send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def _receive(self, seconds):
        """Returns the next answer; what the server asks or says meanwhile is dealt with."""
        message = self.messages.get(timeout=seconds)
        if message is None:
            raise RuntimeError("the server has ended")
        if "method" not in message:
            return message
        if "id" in message:
            items = message.get("params", {}).get("items", []) if "params" in message else []
            self._send({"id": message["id"], "result": [None for _ in items] or None})
        elif message["method"] == "experimental/serverStatus":
            status = message["params"]
            self.ready = status["quiescent"]
            if status.get("message"):
                self.notes.append(status["message"])
        return None

    def tell(self, method, parameters):
        """Sends a notification."""
        self._send({"method": method, "params": parameters})

    def ask(self, method, parameters, seconds=120):
        """Sends a request and returns its result. What changed meanwhile is asked for again."""
        until = time.monotonic() + seconds
        while True:
            self.number += 1
            self._send({"id": self.number, "method": method, "params": parameters})
            while True:
                answer = self._receive(until - time.monotonic())
                if answer and answer.get("id") == self.number:
                    break
            error = answer.get("error")
            if error and error["code"] in (-32801, -32802) and time.monotonic() < until:
                time.sleep(0.2)
                continue
            return {"refused": error["message"]} if error else answer["result"]

    def wait(self, seconds=900):
        """Waits until all is loaded and the macros are built."""
        until = time.monotonic() + seconds
        while not self.ready:
            self._receive(until - time.monotonic())

    def end(self):
        """Ends the server."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(timeout=30)


def uri(path):
    """Returns the address of a file."""
    return "file://" + str(path)
