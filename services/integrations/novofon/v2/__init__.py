"""The present platform: JSON-RPC data API 2.0. Knows nothing of the old cabinet's API."""
