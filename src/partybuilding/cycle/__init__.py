"""The year: its commands as plain functions from a snapshot and a catalogue to records or a result."""
