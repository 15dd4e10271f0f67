"""A measuring process that must not measure: what is recognised by its encoded audio is never decoded."""

from setsetting.library import worker


def measure(path):
    raise AssertionError(f"{path} was decoded")


worker.measure = measure

if __name__ == "__main__":
    worker.main()
