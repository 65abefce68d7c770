"""Random types and values, sent through components that are made for them, and compared with the oracle."""
