from typing import Any


def check_connection_keeps_search_path(**kwargs: Any) -> list[Any]:
    return []
