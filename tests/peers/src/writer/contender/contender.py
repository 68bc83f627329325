"""The official Python client, as a contender: reads the rows from stdin, then speaks the lines of process.rs."""

import os
import sys
import threading
import time

from influxdb_client import InfluxDBClient, Point, WriteOptions
from influxdb_client.client.write_api import SYNCHRONOUS


def row(line):
    core, host, region, user, system, temp, switches, throttled, governor, at = line.rstrip("\n").split("\t")
    return core, host, region, float(user), float(system), float(temp), int(switches), throttled == "true", governor, int(at)


def point(row):
    core, host, region, user, system, temp, switches, throttled, governor, at = row
    return (
        Point("cpu")
        .tag("core", core)
        .tag("host", host)
        .tag("region", region)
        .field("usage_user", user)
        .field("usage_system", system)
        .field("temp", temp)
        .field("ctx_switches", switches)
        .field("throttled", throttled)
        .field("governor", governor)
        .time(at)
    )


class Synchronous:
    """A list of points a call."""

    def __init__(self, client, rows):
        self.api, self.rows = client.write_api(write_options=SYNCHRONOUS), rows

    def write(self):
        self.api.write(bucket="b", record=[point(row) for row in self.rows])

    def wait(self, written):
        pass


class Batching:
    """A point a call; batches of the same size, which no timer cuts short."""

    def __init__(self, client, rows):
        self.acknowledged, self.changed, self.rows = 0, threading.Condition(), rows
        options = WriteOptions(batch_size=len(rows), flush_interval=600_000)
        self.api = client.write_api(write_options=options, success_callback=self.stored, error_callback=self.failed)
        self.error = None

    def stored(self, _, data):
        with self.changed:
            self.acknowledged += data.count(b"\n") + 1
            self.changed.notify()

    def failed(self, _, data, error):
        with self.changed:
            self.error = error
            self.changed.notify()

    def write(self):
        for row in self.rows:
            self.api.write(bucket="b", record=point(row))

    def wait(self, written):
        with self.changed:
            self.changed.wait_for(lambda: self.error or self.acknowledged == written)
        if self.error:
            raise self.error


def say(line):
    print(line, flush=True)


def main():
    name, url = sys.argv[1:]
    rows = [row(sys.stdin.readline()) for _ in range(int(sys.stdin.readline()))]
    client = InfluxDBClient(url=url, token="token", org="o")
    api = {"python-batching": Batching, "python-synchronous": Synchronous}[name](client, rows)
    api.write()
    written = len(rows)
    api.wait(written)
    say("ready 0")
    for order in sys.stdin:
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        end = wall + int(order.split()[1]) * 1_000_000
        before = written
        while True:
            api.write()
            written += len(rows)
            if time.perf_counter_ns() >= end:
                break
        api.wait(written)
        say(f"ran {written - before} {time.perf_counter_ns() - wall} {time.process_time_ns() - cpu}")
    with open("/proc/self/status") as status:
        say("peak " + next(line.split()[1] for line in status if line.startswith("VmHWM:")))


main()
os._exit(0)  # all is acknowledged; leaving in the usual way would wait for the timer of the batches
