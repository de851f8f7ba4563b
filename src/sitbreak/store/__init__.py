"""The log: SQLite writer and read-only reports."""
