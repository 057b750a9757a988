"""What people may ask to be forgotten: everything about a telephone number, or a whole company."""
