"""A client of graphql-transport-ws: as much of the WebSocket protocol as that takes."""

import base64
import json
import os
import socket
import struct

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
# The server is never silent for longer than 12 seconds.
SILENT_MAX_SECONDS = 30


class Closed(Exception):
    """The connection is over."""


class Socket:
    """A connection that is acknowledged."""

    def __init__(self, port, silent_max_seconds=SILENT_MAX_SECONDS):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=silent_max_seconds)
        try:
            self.input = self.socket.makefile("rb")
            key = base64.b64encode(os.urandom(16)).decode()
            self.socket.sendall(
                f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode())
            status = self.input.readline()
            while self.input.readline().strip():
                pass
            if b" 101 " not in status:
                raise Closed(status.decode().strip())
            self.say({"type": "connection_init"})
            acknowledged = self.hear()
            if acknowledged["type"] != "connection_ack":
                raise Closed(str(acknowledged))
        except BaseException:
            self.socket.close()
            raise

    def say(self, message):
        self.send(TEXT, json.dumps(message).encode())

    def send(self, kind, payload):
        length = len(payload)
        head = bytes([0x80 | kind])
        head += bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + struct.pack(">H", length)
        # A mask of zeros is a mask.
        self.socket.sendall(head + bytes(4) + payload)

    def read(self, length):
        data = self.input.read(length)
        if len(data) < length:
            raise Closed("without a close frame")
        return data

    def hear(self):
        """The next message."""
        text = b""
        while True:
            first, second = self.read(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.read(8))
            payload, kind = self.read(length), first & 0x0F
            if kind == CLOSE:
                raise Closed(payload[:2] and str(struct.unpack(">H", payload[:2])[0]))
            if kind == PING:
                self.send(PONG, payload)
            elif kind != PONG:
                text += payload
                if first & 0x80:
                    message, text = json.loads(text), b""
                    if message["type"] != "ping":
                        return message
                    self.say({"type": "pong"})

    def close(self):
        self.socket.close()
