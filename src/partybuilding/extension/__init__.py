"""What a plugin may say, and who listens: declarations, formulas, the catalogue, the store's contract and the host."""
