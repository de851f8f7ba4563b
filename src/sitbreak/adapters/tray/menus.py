"""The port's menu as a pystray one, which every backend draws in its own way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sitbreak.adapters.tray.quiet import pystray
from sitbreak.ports import MenuItem, Request

Choose: TypeAlias = Callable[[Request], None]

_log = logging.getLogger(__name__)


def guarded(choose: Choose) -> Choose:
    """The same, but what it raises is logged: a desktop's callback has nobody to raise to."""

    def chosen(request: Request) -> None:
        try:
            choose(request)
        except Exception as error:
            _log.error("the choice %s came to nothing: %s", request[0], error)

    return chosen


def default_request(lines: Sequence[MenuItem]) -> Request | None:
    """What a click on the icon itself asks for: the first default item's request, wherever it stands."""
    return next((item.request for item in _walk(lines) if item.default and item.request), None)


class PortMenu(pystray.Menu):  # type: ignore[misc]  # pystray ships no types
    """A pystray menu that remembers the lines that it was made of."""

    def __init__(self, lines: Sequence[MenuItem], choose: Choose) -> None:
        self.lines, self._choose = tuple(lines), choose
        super().__init__(*(_item(line, choose) for line in lines))

    def __call__(self, icon: Any) -> None:
        """Run the default item, as a click on the icon does."""
        del icon
        if request := default_request(self.lines):
            self._choose(request)


def _item(line: MenuItem, choose: Choose) -> Any:
    if not line.label:
        return pystray.Menu.SEPARATOR
    action: Any = None
    if line.children:
        action = PortMenu(line.children, choose)
    elif line.request is not None:
        request = line.request

        def action(_icon: Any, _item: Any) -> None:
            choose(request)

    checked = line.checked
    return pystray.MenuItem(
        line.label,
        action,
        checked=None if checked is None else lambda _: checked,
        default=line.default,
        enabled=bool(line.children) or line.request is not None,
    )


def _walk(lines: Sequence[MenuItem]) -> Iterator[MenuItem]:
    for line in lines:
        yield line
        yield from _walk(line.children)
