#!/usr/bin/env python3
"""Reads one of Huiyin's views from its compacted topic: the newest row of each key.

usage: view.py BOOTSTRAP [status|overdue|load] [--prefix huiyin] [--follow] [-X KEY=VALUE …]

Needs confluent-kafka (1.7 or newer). A record without a value (a tombstone) takes its row away. Prints
the rows as JSON, one a line; with --follow then every change, a row that is gone as `null`.
"""
import argparse
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition


def show(key, row):
    print(json.dumps({"key": key, "row": row}, ensure_ascii=False), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bootstrap")
    parser.add_argument("view", nargs="?", default="status", choices=("status", "overdue", "load"))
    parser.add_argument("--prefix", default="huiyin")
    parser.add_argument("-X", dest="properties", action="append", default=[], metavar="KEY=VALUE",
                        help="a librdkafka property, security.protocol=sasl_ssl for example")
    parser.add_argument("--follow", action="store_true", help="go on with what changes")
    arguments = parser.parse_args()

    consumer = Consumer({
        **dict(word.split("=", 1) for word in arguments.properties),
        "bootstrap.servers": arguments.bootstrap,
        "group.id": arguments.prefix + ".example",  # the library wants one; nothing joins it or commits
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
    })
    topic = f"{arguments.prefix}.view.{arguments.view}"
    numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    if not numbers:
        sys.exit(f"view.py: there is no topic {topic} at {arguments.bootstrap}, or none that you may read")
    # Always from the beginning: compaction keeps the topic about as long as the view has rows.
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in numbers])

    rows = {}
    reading = set(numbers)  # partitions whose end has not been reached
    while reading or arguments.follow:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                print("view.py:", message.error().str(), file=sys.stderr)  # the library goes on by itself
            elif message.partition() in reading:
                reading.discard(message.partition())
                if not reading:
                    for key in sorted(rows):
                        show(key, rows[key])
            continue
        key, value = message.key().decode(), message.value()
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = json.loads(value)
        if not reading:
            show(key, rows.get(key))
    consumer.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
