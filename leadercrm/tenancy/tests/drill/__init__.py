"""A tenant app that exists for the fleet's tests alone: migrations of each kind, loaded by settings.py."""
