"""What is closed when its `with` block ends."""

from abc import ABC, abstractmethod
from typing import Self


class Closable(ABC):
    @abstractmethod
    def close(self) -> None:
        """Let go of what is held; doing it again changes nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
