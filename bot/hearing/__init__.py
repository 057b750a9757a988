"""From Telegram to the handlers: updates are fetched, stored, let in and worked on, each once."""
