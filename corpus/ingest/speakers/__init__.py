"""Who speaks: labels in a text, how they are spelt, and which role they stand for."""
