"""What chats listen to: their settings, which of them a call concerns, and their silence."""
