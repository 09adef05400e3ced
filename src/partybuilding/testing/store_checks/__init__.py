"""The conformance kit for stores: every promise of the storage contract as a plain function."""
