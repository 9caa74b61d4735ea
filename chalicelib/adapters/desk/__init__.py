"""The desk's pages, sheets and codes. Their heavy modules are loaded by its requests alone."""
