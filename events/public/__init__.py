"""Pages and feeds for people without a login."""
