"""What tells who somebody is: found in the words of a call, and kept from the model.

Standard library and the words that are numbers; nothing here knows a model, a database or a chat.
"""
