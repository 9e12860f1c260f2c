"""What a tenant and its people choose: the pages behind "Settings"."""
