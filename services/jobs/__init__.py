"""The one door to the durable engine. Rows are the truth; the engine only carries the work."""
