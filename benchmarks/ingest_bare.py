"""The floor: a loop of kafka-python's own that polls and drops what it gets.

It imports nothing of ours, which would make kafka-python read otherwise.
"""

import sys
import time
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka


def bare(bootstrap: str, topic: str, count: int, fetch_bytes: int = 0) -> float:
    """Seconds that it needs for so many records, from the first to the last.

    By itself it fetches as kafka-python does; with `fetch_bytes` so much of a partition at once.
    """
    more = {"max_partition_fetch_bytes": fetch_bytes} if fetch_bytes else {}
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=10_000,
        metrics_enabled=False,
        **more,
    )
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    seen, began = 0, 0.0
    while seen < count:
        batch = consumer.poll(timeout_ms=500)
        began = began or (time.perf_counter() if batch else 0.0)
        seen += sum(map(len, batch.values()))
    took = time.perf_counter() - began
    consumer.close()
    return took


if __name__ == "__main__":
    sys.stdout.write(f"{bare(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))}\n")
