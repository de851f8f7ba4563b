"""The only place that names concrete adapters."""
