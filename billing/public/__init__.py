"""What clients see of their documents, without a login: /p/{token} and /verify."""
