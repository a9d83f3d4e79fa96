"""The two requests of Kafka's protocol that tell whether a cluster is ready, and who leads, over a plain socket.

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


def leader_of(port, topic, partition):
    """The id of the broker that leads it; None while there is none."""
    reader = _ask(port, METADATA, 1, struct.pack(">i", 1) + _string(topic))
    for _ in range(reader.number(">i")):  # brokers
        reader.number(">i"), reader.string(), reader.number(">i"), reader.string()
    reader.number(">i"), reader.number(">i")  # controller, one topic
    reader.number(">h"), reader.string(), reader.number(">b")
    for _ in range(reader.number(">i")):
        reader.number(">h")
        found, leader = reader.number(">i"), reader.number(">i")
        for _ in range(2):  # copies, of those the ones in sync
            for _ in range(reader.number(">i")):
                reader.number(">i")
        if found == partition:
            return leader if leader >= 0 else None
    return None


def _coordinator(port, kind, key):
    reader = _ask(port, FIND_COORDINATOR, 1, _string(key) + struct.pack(">b", kind))
    reader.number(">i")  # throttle time
    return reader.number(">h"), reader


def coordinator_error(port, kind):
    """0 when there is a coordinator for groups or transactions. The first question makes its topic."""
    return _coordinator(port, kind, "huiyin-ready-check")[0]


def coordinator_of(port, kind, key):
    """The id of the broker that coordinates that group, or that transactional id; None while there is none."""
    error, reader = _coordinator(port, kind, key)
    reader.string()  # words
    return reader.number(">i") if error == 0 else None
