"""How fast Leader CRM is, measured against a floor that the same server serves: `make bench`."""
