"""The assembly: the one place that knows everybody."""
