"""The way of a call: pull, bind, transcribe, answer, deliver, show. Each step stores its result first."""
