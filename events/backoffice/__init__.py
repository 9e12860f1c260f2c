"""The pages of events, their attendees and their door."""
