"""The shipped, cited case data: one folder per source document (see the README in each)."""
