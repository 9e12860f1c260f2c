"""The pages on which many things are done to many rows."""
