"""From the product to Telegram: whose turn it is, how often, what is repeated, what a failure means."""
