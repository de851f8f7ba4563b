"""org.kde.StatusNotifierItem: what a panel asks about the icon, and the signals that tell it to ask again."""

# The members are named and explained by the specification.
# ruff: noqa: D102
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from dbus_fast import PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from sitbreak.adapters.tray.dbusmenu import MENU_PATH, Nothing

ITEM_PATH = "/StatusNotifierItem"
ITEM_INTERFACE = "org.kde.StatusNotifierItem"

Picture: TypeAlias = list[list[object]]
"""The icon in several sizes: width, height, and its pixels as ARGB bytes."""

Pictures = Annotated[Picture, DBusSignature("a(iiay)")]
Tip = Annotated[list[object], DBusSignature("(sa(iiay)ss)")]


@dataclass(frozen=True, slots=True)
class ItemFace:
    """All that the panel sees of the item, its menu apart."""

    title: str = ""
    tooltip: str = ""
    picture: Picture | None = None
    attention: bool = False


class StatusItem(ServiceInterface):
    """The item on one connection. Loop thread only."""

    def __init__(self, item_id: str, face: ItemFace, activate: Callable[[], None]) -> None:
        super().__init__(ITEM_INTERFACE)
        self._id, self._face, self._activate = item_id, face, activate

    def update(self, face: ItemFace) -> None:
        """Take another face and tell the panel of what differs, and of nothing else."""
        before, self._face = self._face, face
        if face.picture is not before.picture:
            self.new_icon()
            if face.attention:
                self.new_attention_icon()
        if face.title != before.title:
            self.new_title()
        if face.tooltip != before.tooltip:
            self.new_tool_tip()
        if face.attention != before.attention:
            self.new_status()

    @dbus_property(PropertyAccess.READ, "Category")
    def category(self) -> DBusStr:
        return "ApplicationStatus"

    @dbus_property(PropertyAccess.READ, "Id")
    def id(self) -> DBusStr:
        return self._id

    @dbus_property(PropertyAccess.READ, "Title")
    def title(self) -> DBusStr:
        return self._face.title

    @dbus_property(PropertyAccess.READ, "Status")
    def status(self) -> DBusStr:
        return self._status()

    @dbus_property(PropertyAccess.READ, "WindowId")
    def window_id(self) -> DBusInt32:
        return 0

    @dbus_property(PropertyAccess.READ, "IconName")
    def icon_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "IconThemePath")
    def icon_theme_path(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "IconPixmap")
    def icon_pixmap(self) -> Pictures:
        return self._face.picture or []

    @dbus_property(PropertyAccess.READ, "AttentionIconName")
    def attention_icon_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "AttentionIconPixmap")
    def attention_icon_pixmap(self) -> Pictures:
        return self._face.picture or []

    @dbus_property(PropertyAccess.READ, "OverlayIconName")
    def overlay_icon_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "OverlayIconPixmap")
    def overlay_icon_pixmap(self) -> Pictures:
        return []

    @dbus_property(PropertyAccess.READ, "AttentionMovieName")
    def attention_movie_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "ToolTip")
    def tool_tip(self) -> Tip:
        return ["", [], self._face.tooltip or self._face.title, ""]

    @dbus_property(PropertyAccess.READ, "ItemIsMenu")
    def item_is_menu(self) -> DBusBool:
        return False

    @dbus_property(PropertyAccess.READ, "Menu")
    def menu(self) -> DBusObjectPath:
        return MENU_PATH

    @dbus_method("Activate")
    def activate(self, x: DBusInt32, y: DBusInt32) -> Nothing:
        del x, y
        self._activate()

    @dbus_method("SecondaryActivate")
    def secondary_activate(self, x: DBusInt32, y: DBusInt32) -> Nothing:
        """A middle click; it has no meaning here."""

    @dbus_method("ContextMenu")
    def context_menu(self, x: DBusInt32, y: DBusInt32) -> Nothing:
        """A panel that reads ``Menu`` draws it itself."""

    @dbus_method("Scroll")
    def scroll(self, delta: DBusInt32, orientation: DBusStr) -> Nothing:
        """It has no meaning here."""

    @dbus_method("ProvideXdgActivationToken")
    def provide_xdg_activation_token(self, token: DBusStr) -> Nothing:
        """No window of ours needs to be raised."""

    @dbus_signal("NewIcon")
    def new_icon(self) -> None:
        pass

    @dbus_signal("NewAttentionIcon")
    def new_attention_icon(self) -> None:
        pass

    @dbus_signal("NewTitle")
    def new_title(self) -> None:
        pass

    @dbus_signal("NewToolTip")
    def new_tool_tip(self) -> None:
        pass

    @dbus_signal("NewStatus")
    def new_status(self) -> DBusStr:
        return self._status()

    def _status(self) -> str:
        return "NeedsAttention" if self._face.attention else "Active"
