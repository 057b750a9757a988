"""The whole outside world on one page: a chat on the left, a CRM on the right, calls on demand."""
