// One deleter for each kind of librdkafka object.
#pragma once

#include <memory>

#include <librdkafka/rdkafka.h>

namespace huiyin::kafka {

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const noexcept {
    destroy(object);
  }
};

using ErrorHandle = std::unique_ptr<rd_kafka_error_t, Destroy<&rd_kafka_error_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                      Destroy<&rd_kafka_topic_partition_list_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Destroy<&rd_kafka_topic_destroy>>;
using Headers = std::unique_ptr<rd_kafka_headers_t, Destroy<&rd_kafka_headers_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Destroy<&rd_kafka_message_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<&rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<&rd_kafka_event_destroy>>;
using Configuration = std::unique_ptr<rd_kafka_conf_t, Destroy<&rd_kafka_conf_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<&rd_kafka_NewTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<&rd_kafka_ConfigResource_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<&rd_kafka_AdminOptions_destroy>>;
struct DestroyMemory {
  void operator()(char* memory) const noexcept { rd_kafka_mem_free(nullptr, memory); }
};
using Text = std::unique_ptr<char, DestroyMemory>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                      Destroy<&rd_kafka_consumer_group_metadata_destroy>>;
struct DestroyMetadata {
  void operator()(const rd_kafka_metadata_t* object) const noexcept {
    rd_kafka_metadata_destroy(object);
  }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyMetadata>;

}  // namespace huiyin::kafka
