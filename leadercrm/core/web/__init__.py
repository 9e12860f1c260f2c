"""The back office's kernel: pages, lists and forms, declared by the apps and drawn by one set of templates."""
