// Reads Huiyin's events from Kafka, each exactly once, and checks that none is missing. One file, Java 11 or newer:
//
//   mvn -q -f docs/examples dependency:copy-dependencies -DoutputDirectory="$PWD/jars"     (kafka-clients, once)
//   java -cp 'jars/*' docs/examples/Consume.java BOOTSTRAP [--prefix huiyin] [--store events.properties] [--once]
//       [--properties FILE]                      (of the client: security.protocol and so on)
//
// The position that was reached and what the events caused (here: the version of each case) are kept in
// one file that is replaced as a whole, so a restart goes on where the file is. A program for real keeps
// both in its database, in one transaction. Kafka's own offset is only a hint where to look.

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Consume {
  /** The log is not what it promises to be, or not the one that the store knows. */
  static class Broken extends RuntimeException {
    Broken(String message) {
      super(message);
    }
  }

  /** How far one partition has been read. */
  static class Partition {
    long sequence;
    String eventId;
    long offset;
    boolean confirmed = true; // the last known event has been seen again: it is the same log
    boolean fromBeginning = true;
  }

  final String prefix;
  final Path store;
  final boolean once;
  final Properties versions = new Properties(); // of each case
  final Map<TopicPartition, Partition> partitions = new TreeMap<>((a, b) -> a.partition() - b.partition());
  long taken = 0;

  Consume(String prefix, Path store, boolean once) {
    this.prefix = prefix;
    this.store = store;
    this.once = once;
  }

  public static void main(String[] words) throws IOException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    String bootstrap = null;
    String prefix = "huiyin";
    String store = "events.properties";
    boolean once = false;
    Properties settings = new Properties();
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("--once")) once = true;
      else if (words[i].equals("--prefix") && i + 1 < words.length) prefix = words[++i];
      else if (words[i].equals("--store") && i + 1 < words.length) store = words[++i];
      else if (words[i].equals("--properties") && i + 1 < words.length) settings.putAll(read(Path.of(words[++i])));
      else if (bootstrap == null && !words[i].startsWith("-")) bootstrap = words[i];
      else bootstrap = null;
    }
    if (bootstrap == null) {
      System.err.println(
          "usage: Consume.java BOOTSTRAP [--prefix huiyin] [--store FILE] [--once] [--properties FILE]");
      System.exit(2);
    }
    settings.put("bootstrap.servers", bootstrap);
    settings.put("enable.auto.commit", "false"); // no group: nothing is committed to Kafka
    settings.put("isolation.level", "read_committed"); // never what a transaction took back
    settings.put("auto.offset.reset", "earliest"); // where the kept offset does not exist
    settings.put("allow.auto.create.topics", "false");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      new Consume(prefix, Path.of(store), once).read(consumer);
    } catch (Broken problem) {
      System.err.println("Consume: " + problem.getMessage());
      System.exit(1);
    }
  }

  void read(KafkaConsumer<String, byte[]> consumer) throws IOException {
    String topic = prefix + ".events";
    for (PartitionInfo info : consumer.partitionsFor(topic))
      partitions.put(new TopicPartition(topic, info.partition()), new Partition());
    if (partitions.isEmpty()) throw new Broken("there is no topic " + topic);
    load(topic);
    consumer.assign(partitions.keySet());
    // From the last known event, not the one after it: seeing it again tells that this is the same log.
    partitions.forEach((where, p) -> {
      if (p.confirmed) consumer.seekToBeginning(List.of(where));
      else consumer.seek(where, p.offset);
    });
    boolean atEnd = false;
    while (!(once && atEnd)) {
      ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(500));
      for (TopicPartition where : records.partitions()) {
        for (ConsumerRecord<String, byte[]> record : records.records(where)) {
          if (!take(consumer, where, record)) break;
        }
      }
      if (!records.isEmpty()) {
        save();
        continue;
      }
      if (!once && partitions.values().stream().allMatch(p -> p.confirmed)) continue;
      atEnd = true;
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions.keySet()); // of what is committed
      for (Map.Entry<TopicPartition, Partition> one : partitions.entrySet()) {
        if (consumer.position(one.getKey()) < ends.get(one.getKey())) atEnd = false;
        else if (!one.getValue().confirmed && fromBeginning(consumer, one.getKey(), one.getValue())) atEnd = false;
        else if (!one.getValue().confirmed)
          throw new Broken(one.getKey() + " ends before sequence " + one.getValue().sequence + ", which the store has");
      }
    }
    System.err.println(taken + " events, none missing; now at " + partitions.entrySet().stream()
        .map(one -> one.getKey().partition() + ":" + one.getValue().sequence).collect(Collectors.joining(" ")));
  }

  /** Looks for the last known event from the beginning on; false when it has been looked for there. */
  static boolean fromBeginning(KafkaConsumer<String, byte[]> consumer, TopicPartition where, Partition partition) {
    if (partition.fromBeginning) return false;
    consumer.seekToBeginning(List.of(where));
    return partition.fromBeginning = true;
  }

  /** False: what follows in this batch is not to be looked at. */
  boolean take(KafkaConsumer<String, byte[]> consumer, TopicPartition where, ConsumerRecord<String, byte[]> record) {
    Partition partition = partitions.get(where);
    long sequence = Long.parseLong(header(record, "ce_sequence"));
    String id = header(record, "ce_id");
    String place = where.partition() + ":" + sequence;
    // The kept offset is not where the last known event stands: from the beginning, past what is known.
    if (!partition.confirmed && sequence > partition.sequence && fromBeginning(consumer, where, partition))
      return false;
    if (sequence == partition.sequence) {
      if (!id.equals(partition.eventId))
        throw new Broken(place + " is not the event that the store has: another log?");
      partition.confirmed = true;
    }
    if (sequence <= partition.sequence) return true;
    if (sequence != partition.sequence + 1) throw new Broken(place + " follows sequence " + partition.sequence);
    apply(header(record, "ce_subject"), Long.parseLong(header(record, "ce_subjectversion")));
    partition.sequence = sequence;
    partition.eventId = id;
    partition.offset = record.offset();
    taken++;
    System.out.println(String.join("\t", place, header(record, "ce_type"), header(record, "ce_subject"),
        header(record, "ce_subjectversion")));
    return true;
  }

  /** What an event causes here. */
  void apply(String subject, long version) {
    long known = Long.parseLong(versions.getProperty("case " + subject, "0"));
    if (version != known + 1) throw new Broken(subject + " has version " + version + " after " + known);
    versions.setProperty("case " + subject, Long.toString(version));
  }

  static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  static Properties read(Path file) throws IOException {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      read.load(in);
    }
    return read;
  }

  void load(String topic) throws IOException {
    if (!Files.exists(store)) return;
    versions.putAll(read(store));
    for (String name : versions.stringPropertyNames()) {
      if (!name.startsWith("partition ")) continue;
      Partition partition = partitions.get(new TopicPartition(topic, Integer.parseInt(name.substring(10))));
      if (partition == null) throw new Broken(topic + " has no " + name + ", which the store has");
      String[] kept = versions.getProperty(name).split(" ");
      partition.sequence = Long.parseLong(kept[0]);
      partition.eventId = kept[1];
      partition.offset = Long.parseLong(kept[2]);
      partition.confirmed = partition.fromBeginning = false;
    }
  }

  void save() throws IOException {
    partitions.forEach((where, p) -> {
      if (p.sequence > 0)
        versions.setProperty("partition " + where.partition(), p.sequence + " " + p.eventId + " " + p.offset);
    });
    Path fresh = store.resolveSibling(store.getFileName() + ".new");
    try (Writer out = Files.newBufferedWriter(fresh)) {
      versions.store(out, null);
    }
    Files.move(fresh, store, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
