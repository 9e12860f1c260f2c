"""The agents' door: an MCP server whose tools are the actions and rows that the API has."""
