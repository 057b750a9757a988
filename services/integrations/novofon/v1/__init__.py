"""The old cabinet: signed REST API 1.0. Knows nothing of the present platform's API."""
