"""The bot is killed at random moments: is anything lost, or done twice?"""
