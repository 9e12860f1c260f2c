"""What a token may be allowed: the abilities that agents' tokens are made of."""

# In the order in which they are shown.
SCOPES = ("crm:read", "crm:write", "billing:write", "send", "admin")
