"""The records of the field: frozen, one file per noun, without arrays, files or plugins."""
