"""Columns over the organisation tree: the only floor that knows arrays."""
