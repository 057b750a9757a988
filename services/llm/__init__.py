"""Questions to the language model: how they are asked, what is believed of the answers."""
