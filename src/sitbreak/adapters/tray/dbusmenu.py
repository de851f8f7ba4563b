"""com.canonical.dbusmenu: the menu that a panel fetches from us and draws itself.

Anybody on the session bus may call anything here; the worst that comes of it is an answer that says no.
"""

# The members are named and explained by the specification.
# ruff: noqa: D102
from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from dbus_fast import DBusError, ErrorType, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from sitbreak.adapters.tray.menus import Choose
from sitbreak.adapters.tray.menutree import Change, Entry, MenuTree, Value

MENU_PATH = "/MenuBar"
MENU_INTERFACE = "com.canonical.dbusmenu"

_Properties: TypeAlias = dict[str, Variant]
_Layout: TypeAlias = list[Any]
_SIGNATURES = {str: "s", bool: "b", int: "i", bytes: "ay"}

Nothing = Annotated[None, DBusSignature("")]
Strings = Annotated[list[str], DBusSignature("as")]
Numbers = Annotated[list[int], DBusSignature("ai")]
Events = Annotated[list[tuple[int, str, Variant, int]], DBusSignature("a(isvu)")]
LayoutAnswer = Annotated[tuple[int, _Layout], DBusSignature("u(ia{sv}av)")]
GroupAnswer = Annotated[list[list[Any]], DBusSignature("a(ia{sv})")]
TwoNumbers = Annotated[tuple[list[int], list[int]], DBusSignature("aiai")]
Updates = Annotated[list[list[list[Any]]], DBusSignature("a(ia{sv})a(ias)")]
Moved = Annotated[tuple[int, int], DBusSignature("ui")]


class MenuBar(ServiceInterface):
    """The menu on one connection. Loop thread only."""

    def __init__(self, tree: MenuTree, choose: Choose) -> None:
        super().__init__(MENU_INTERFACE)
        self._tree, self._choose = tree, choose

    def announce(self, change: Change) -> None:
        """Tell the panel what a new menu changed."""
        if change.layout:
            self.layout_updated()
        elif change:
            self.items_properties_updated(change)

    @dbus_property(PropertyAccess.READ, "Version")
    def version(self) -> DBusUInt32:
        return 3

    @dbus_property(PropertyAccess.READ, "TextDirection")
    def text_direction(self) -> DBusStr:
        return "ltr"

    @dbus_property(PropertyAccess.READ, "Status")
    def status(self) -> DBusStr:
        return "normal"

    @dbus_property(PropertyAccess.READ, "IconThemePath")
    def icon_theme_path(self) -> Strings:
        return []

    @dbus_method("GetLayout")
    def get_layout(self, parent: DBusInt32, depth: DBusInt32, names: Strings) -> LayoutAnswer:
        return self._tree.revision, _layout(self._entry(parent), depth, names)

    @dbus_method("GetGroupProperties")
    def get_group_properties(self, numbers: Numbers, names: Strings) -> GroupAnswer:
        entries = self._tree.entries
        return [[n, _variants(entries[n], names)] for n in numbers or entries if n in entries]

    @dbus_method("GetProperty")
    def get_property(self, number: DBusInt32, name: DBusStr) -> DBusVariant:
        found = _variants(self._entry(number), [name]).get(name)
        if found is None:
            raise DBusError(ErrorType.INVALID_ARGS, f"entry {number} has no property {name!r}")
        return found

    @dbus_method("Event")
    def event(self, number: DBusInt32, what: DBusStr, data: DBusVariant, time: DBusUInt32) -> Nothing:
        del data, time
        self._act(number, what)

    @dbus_method("EventGroup")
    def event_group(self, events: Events) -> Numbers:
        return [number for number, what, _, _ in events if not self._act(number, what)]

    @dbus_method("AboutToShow")
    def about_to_show(self, number: DBusInt32) -> DBusBool:
        del number
        return False

    @dbus_method("AboutToShowGroup")
    def about_to_show_group(self, numbers: Numbers) -> TwoNumbers:
        return [], [n for n in numbers if n not in self._tree.entries]

    @dbus_signal("LayoutUpdated")
    def layout_updated(self) -> Moved:
        return self._tree.revision, 0

    @dbus_signal("ItemsPropertiesUpdated")
    def items_properties_updated(self, change: Change) -> Updates:
        updated = [[n, {k: _variant(v) for k, v in found.items()}] for n, found in change.updated.items()]
        return [updated, [[n, names] for n, names in change.removed.items()]]

    @dbus_signal("ItemActivationRequested")
    def item_activation_requested(self, number: int, time: int) -> Annotated[list[int], DBusSignature("iu")]:
        return [number, time]

    def _entry(self, number: int) -> Entry:
        try:
            return self._tree.entries[number]
        except KeyError:
            raise DBusError(ErrorType.INVALID_ARGS, f"no entry {number}") from None

    def _act(self, number: int, what: str) -> bool:
        entry = self._tree.entries.get(number)
        if entry is not None and entry.request is not None and what == "clicked":
            self._choose(entry.request)
        return entry is not None


def _layout(entry: Entry, depth: int, names: list[str]) -> _Layout:
    below = [] if depth == 0 else [_layout(child, depth - 1, names) for child in entry.children]
    return [entry.number, _variants(entry, names), [Variant("(ia{sv}av)", child) for child in below]]


def _variants(entry: Entry, names: list[str]) -> _Properties:
    return {k: _variant(v) for k, v in entry.properties.items() if not names or k in names}


def _variant(value: Value) -> Variant:
    return Variant(_SIGNATURES[type(value)], value)
