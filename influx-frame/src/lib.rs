//! Frames into InfluxDB by column roles.
