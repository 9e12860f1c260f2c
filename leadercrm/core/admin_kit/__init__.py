"""What both admin sites are made of. Not imported by what serves the API: see leadercrm.core.admin_kit.site."""
