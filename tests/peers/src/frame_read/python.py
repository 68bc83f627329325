"""The official Python client: reads one answer as a data frame of pandas, and says what it adds up to."""

import sys
import time

import pandas
from influxdb_client import InfluxDBClient

with InfluxDBClient(url=sys.argv[1], token="token", org="o", timeout=600_000) as client:
    began = time.process_time()
    frame = client.query_api().query_data_frame('from(bucket: "b")')
    seconds = time.process_time() - began
if isinstance(frame, list):
    frame = pandas.concat(frame)
double = 0.0
for system, user in zip(frame["usage_system"].tolist(), frame["usage_user"].tolist()):
    double += system + user
text = int(frame["host"].str.len().sum() + frame["region"].str.len().sum())
micros = sum(frame["_time"].dt.as_unit("us").astype("int64").tolist())
print(len(frame), int(frame["ctx_switches"].sum()), repr(double), text, micros, seconds)
