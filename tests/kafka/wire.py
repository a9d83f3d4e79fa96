"""The three requests of Kafka's protocol that tell whether a cluster is ready, over a plain socket.

A port that is open says little: a broker answers long before it knows its peers or can open a
transaction.
"""

import contextlib
import socket
import struct

METADATA, FIND_COORDINATOR = 3, 10
GROUP, TRANSACTION = 0, 1


def _string(text):
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


class _Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, layout):
        value = struct.unpack_from(layout, self.data, self.at)[0]
        self.at += struct.calcsize(layout)
        return value

    def string(self):
        length = self.number(">h")
        if length < 0:
            return None
        self.at += length
        return self.data[self.at - length:self.at].decode()


def _receive(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise OSError("the broker closed the connection")
        data += more
    return data


def _ask(port, key, version, body):
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as connection:
        request = struct.pack(">hhi", key, version, 1) + _string("huiyin-ready-check") + body
        connection.sendall(struct.pack(">i", len(request)) + request)
        length = struct.unpack(">i", _receive(connection, 4))[0]
        reader = _Reader(_receive(connection, length))
        reader.number(">i")  # correlation
        return reader


def brokers_known(port):
    """How many brokers the one at `port` knows of; OSError when it does not answer."""
    reader = _ask(port, METADATA, 1, struct.pack(">i", 0))
    return reader.number(">i")


def coordinator_error(port, kind):
    """0 when there is a coordinator for groups or transactions. The first question makes its topic."""
    reader = _ask(port, FIND_COORDINATOR, 1, _string("huiyin-ready-check") + struct.pack(">b", kind))
    reader.number(">i")  # throttle time
    return reader.number(">h")
