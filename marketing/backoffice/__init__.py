"""The pages of segments, campaigns and suppressed addresses."""
