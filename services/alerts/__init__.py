"""Alerts: raised with an answer, told once per call, prompt and chat."""
