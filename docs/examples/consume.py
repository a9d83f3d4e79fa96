#!/usr/bin/env python3
"""Reads Huiyin's events from Kafka into a SQLite file, each exactly once, and checks that none is missing.

usage: consume.py BOOTSTRAP [--prefix huiyin] [--store events.sqlite] [--once] [-X KEY=VALUE …]

Needs confluent-kafka (1.7 or newer). What an event causes (here: a row per case) and the position that
was reached are written in one transaction of the store, so a restart goes on where the store is. Kafka's
own offset is only a hint where to look: should the log have moved to another cluster, the position still
says what is known.
"""
import argparse
import sqlite3
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

BATCH = 500  # events in one transaction of the store
TABLES = """
CREATE TABLE IF NOT EXISTS position (partition INTEGER PRIMARY KEY, sequence INTEGER, id TEXT, kafka_offset INTEGER);
CREATE TABLE IF NOT EXISTS subject (id TEXT PRIMARY KEY, version INTEGER, last_type TEXT);
"""


class Broken(Exception):
    """The log is not what it promises to be, or not the one that the store knows."""


class Partition:
    """How far one partition has been read."""

    def __init__(self, number, sequence=0, event_id=None, offset=OFFSET_BEGINNING):
        self.number, self.sequence, self.event_id, self.offset = number, sequence, event_id, offset
        self.confirmed = sequence == 0  # the last known event has been seen again: it is the same log
        self.from_beginning = sequence == 0

    def is_new(self, sequence, event_id):
        if sequence == self.sequence and event_id != self.event_id:
            raise Broken(f"{self.number}:{sequence} is not the event that the store has: another log?")
        if sequence == self.sequence:
            self.confirmed = True
        if sequence > self.sequence + 1:
            raise Broken(f"{self.number}:{sequence} follows {self.number}:{self.sequence}")
        return sequence > self.sequence


def apply(store, event):
    """What an event causes here."""
    subject, version = event["ce_subject"], int(event["ce_subjectversion"])
    known = store.execute("SELECT version FROM subject WHERE id = ?", (subject,)).fetchone() or (0,)
    if version != known[0] + 1:
        raise Broken(f"{subject} has version {version} after {known[0]}")
    store.execute("INSERT OR REPLACE INTO subject VALUES (?, ?, ?)", (subject, version, event["ce_type"]))


def save(store, partitions):
    store.executemany("INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)",
                      [(p.number, p.sequence, p.event_id, p.offset) for p in partitions if p.sequence])
    store.commit()


def read(consumer, topic, store, partitions, once):
    at_end = set()
    taken = unsaved = 0
    while not (once and len(at_end) == len(partitions)):
        message = consumer.poll(0.2)
        if message is None or unsaved == BATCH:
            save(store, partitions.values())
            unsaved = 0
        if message is None:
            continue
        error = message.error()
        if error and error.code() != KafkaError._PARTITION_EOF:
            print("consume.py:", error.str(), file=sys.stderr)  # the library goes on by itself
            continue
        partition = partitions[message.partition()]
        event = {} if error else {name: value.decode() for name, value in message.headers()}
        sequence = int(event.get("ce_sequence", 0))
        # The kept offset is not where the last known event stands: from the beginning, past what is known.
        if not partition.confirmed and not partition.from_beginning and (error or sequence > partition.sequence):
            consumer.seek(TopicPartition(topic, partition.number, OFFSET_BEGINNING))
            partition.from_beginning = True
            continue
        if error:
            if not partition.confirmed:
                raise Broken(f"{topic} ends before {partition.number}:{partition.sequence}, which the store has")
            at_end.add(partition.number)
            continue
        at_end.discard(partition.number)
        if not partition.is_new(sequence, event["ce_id"]):
            continue
        apply(store, event)
        partition.sequence, partition.event_id, partition.offset = sequence, event["ce_id"], message.offset()
        print(f"{partition.number}:{sequence}", event["ce_type"], event["ce_subject"], event["ce_subjectversion"],
              sep="\t", flush=True)
        taken += 1
        unsaved += 1
    save(store, partitions.values())
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bootstrap")
    parser.add_argument("--prefix", default="huiyin")
    parser.add_argument("--store", default="events.sqlite")
    parser.add_argument("-X", dest="properties", action="append", default=[], metavar="KEY=VALUE",
                        help="a librdkafka property, security.protocol=sasl_ssl for example")
    parser.add_argument("--once", action="store_true", help="end when all partitions are read to their end")
    arguments = parser.parse_args()

    store = sqlite3.connect(arguments.store)
    store.executescript(TABLES)
    consumer = Consumer({
        **dict(word.split("=", 1) for word in arguments.properties),
        "bootstrap.servers": arguments.bootstrap,
        "group.id": arguments.prefix + ".example",  # the library wants one; nothing joins it or commits
        "enable.auto.commit": False,
        "isolation.level": "read_committed",  # never what a transaction took back
        "auto.offset.reset": "earliest",  # where the kept offset does not exist
        "enable.partition.eof": True,
    })
    topic = arguments.prefix + ".events"
    numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    if not numbers:
        raise Broken(f"there is no topic {topic} at {arguments.bootstrap}, or none that you may read")
    partitions = {number: Partition(number) for number in numbers}
    for row in store.execute("SELECT partition, sequence, id, kafka_offset FROM position"):
        if row[0] not in partitions:
            raise Broken(f"{topic} has no partition {row[0]}, which the store has")
        partitions[row[0]] = Partition(*row)
    # From the last known event, not the one after it: seeing it again tells that this is the same log.
    consumer.assign([TopicPartition(topic, p.number, p.offset) for p in partitions.values()])
    taken = read(consumer, topic, store, partitions, arguments.once)
    consumer.close()
    print(f"{taken} events, none missing; now at",
          " ".join(f"{number}:{partitions[number].sequence}" for number in sorted(partitions)), file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"consume.py: {problem}")
    except KeyboardInterrupt:
        pass
