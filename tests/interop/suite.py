"""Runs checks by name and counts them."""

import traceback


class Suite:
    """Checks that were run."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def check(self, name, run, *arguments):
        """Runs a check; whatever it raises is its failure."""
        try:
            run(*arguments)
        except Exception as error:
            self.failed.append(name)
            place = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAILED {name}: {error!r} at {place.filename}:{place.lineno}")
        else:
            self.passed += 1

    def end(self):
        """Prints the count; answers with the exit status."""
        for name in self.failed:
            print(f"FAILED {name}")
        print(f"{self.passed} passed, {len(self.failed)} failed")
        return 1 if self.failed or not self.passed else 0


def same(got, expected, at=""):
    """Fails unless both are the same, and says where they begin to differ."""
    if isinstance(got, dict) and isinstance(expected, dict) and got.keys() == expected.keys():
        for name in got:
            same(got[name], expected[name], f"{at}.{name}")
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for number, parts in enumerate(zip(got, expected)):
            same(*parts, f"{at}[{number}]")
    elif got != expected:
        raise AssertionError(f"{at} {got!r:.200} instead of {expected!r:.200}")
