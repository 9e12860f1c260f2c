"""The authorization server: how a client gets a token without anybody copying one (OAuth 2.1)."""
