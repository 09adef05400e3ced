"""The ledger: the only memory. Changesets of versions, two clocks, invariants, permissions."""
