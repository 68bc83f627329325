"""A Python client's way from a data frame to line protocol, measured in its own process.

Takes the name of the way, the CSV file with the rows, and the file that the lines go to; says `ROWS CPU_NS PEAK_KIB`.
"""

import resource
import sys
import time

way, rows_file, lines_file = sys.argv[1:]
TAGS = ["host", "region"]

if way.endswith("polars"):
    import polars

    frame = polars.read_csv(rows_file)
else:
    import pandas

    frame = pandas.read_csv(rows_file)
    frame["time"] = pandas.to_datetime(frame["time"], unit="ns", utc=True)
    frame = frame.set_index("time")

if way == "influxdb-client-pandas":
    from influxdb_client.client.write.dataframe_serializer import DataframeSerializer
    from influxdb_client.client.write_api import PointSettings

    def lines():
        return DataframeSerializer(
            frame, PointSettings(), data_frame_measurement_name="m", data_frame_tag_columns=TAGS
        ).serialize()

elif way == "influxdb3-python-pandas":
    from influxdb_client_3.write_client.client.write.dataframe_serializer import DataframeSerializer
    from influxdb_client_3.write_client.client.write_api import PointSettings

    def lines():
        return DataframeSerializer(
            frame, PointSettings(), data_frame_measurement_name="m", data_frame_tag_columns=TAGS
        ).serialize()

else:
    from influxdb_client_3.write_client.client.write.polars_dataframe_serializer import PolarsDataframeSerializer
    from influxdb_client_3.write_client.client.write_api import PointSettings

    def lines():
        return PolarsDataframeSerializer(
            frame,
            PointSettings(),
            data_frame_measurement_name="m",
            data_frame_tag_columns=TAGS,
            data_frame_timestamp_column="time",
        ).serialize()


began = time.process_time_ns()
text = lines()
taken = time.process_time_ns() - began
with open(lines_file, "w") as out:
    out.write("\n".join(text))
print(len(text), taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
