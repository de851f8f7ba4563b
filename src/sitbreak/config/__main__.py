"""The process that ``child.load`` starts: a request on stdin, one line of JSON out."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from sitbreak.config.child import answer, request_places
from sitbreak.config.problems import ConfigProblems
from sitbreak.config.resolve import resolve
from sitbreak.errors import ConfigError
from sitbreak.wording import use_language


def main() -> int:
    """Answer the request on stdin; the exit code is 0, or that of ConfigError."""
    use_language()
    request = json.load(sys.stdin)
    try:
        said: dict[str, Any] = answer(resolve(request_places(request), os.environ, request["flags"]))
        code = 0
    except ConfigProblems as found:
        said = {"problems": [problem.plain() for problem in found.problems], "more": found.more}
        code = ConfigError.exit_code
    print(json.dumps(said))  # noqa: T201 - the answer
    return code


if __name__ == "__main__":
    sys.exit(main())
