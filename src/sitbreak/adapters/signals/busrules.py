"""What to have a bus deliver, and what it says of properties."""

from __future__ import annotations

from dbus_fast import Message, Variant

from sitbreak.adapters.presence.busnames import BusNames, Question

PROPERTIES = "org.freedesktop.DBus.Properties"


def rule(name: str, path: str, interface: str, member: str, more: str = "") -> str:
    """The match rule for one signal of a name's owner."""
    return f"type='signal',sender='{name}',path='{path}',interface='{interface}',member='{member}'{more}"


def property_rule(name: str, path: str, interface: str) -> str:
    """The match rule for changes of an interface's properties."""
    return rule(name, path, PROPERTIES, "PropertiesChanged", f",arg0='{interface}'")


def changes(message: Message, interface: str) -> tuple[dict[str, Variant], frozenset[str]]:
    """What a signal says of this interface's properties: new values, and all that it names."""
    kind = (message.interface, message.member, message.signature)
    if kind != (PROPERTIES, "PropertiesChanged", "sa{sv}as") or message.body[0] != interface:
        return {}, frozenset()
    return message.body[1], frozenset({*message.body[1], *message.body[2]})


async def ask_property(names: BusNames, name: str, path: str, interface: str, member: str) -> Variant:
    """A property's value, of whatever type. Raises Refused."""
    found: Variant = await names.ask(name, Question(path, PROPERTIES, "Get", "v", "ss", (interface, member)))
    return found
