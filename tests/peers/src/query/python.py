"""The official Python client: reads one answer as a stream of records, and says what they add up to."""

import sys
import time
from datetime import datetime, timedelta, timezone

from influxdb_client import InfluxDBClient

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)

rows = long = text = micros = 0
double = 0.0
with InfluxDBClient(url=sys.argv[1], token="token", org="o", timeout=600_000) as client:
    began = time.process_time()
    for record in client.query_api().query_stream('from(bucket: "b")'):
        values = record.values
        rows += 1
        long += values["ctx_switches"]
        double += values["usage_system"] + values["usage_user"]
        text += len(values["host"]) + len(values["region"])
        micros += (values["_time"] - EPOCH) // MICROSECOND
    seconds = time.process_time() - began
print(rows, long, repr(double), text, micros, seconds)
