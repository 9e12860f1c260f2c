"""The pages of contacts, companies, deals and activities."""
