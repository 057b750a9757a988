"""The work: calls, prompts, answers, deliveries. Knows nothing of Telegram."""
