"""One operation of the API, as tests that go over all of them have it."""

from dataclasses import dataclass
from typing import Any

# A PNG of one pixel, as Base64.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Operation:
    """A method, an address, and for those that take one a body that is accepted."""

    route: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    public: bool = False

    @property
    def is_list(self) -> bool:
        return self.method == "GET" and self.route.endswith("-list")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
