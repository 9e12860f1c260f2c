"""How the two admin sites look: the product's colours, and another accent for the platform's, which is not a tenant."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

SHADES = (50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950)


def scale(*colours: str) -> dict[str, str]:
    return {str(shade): colour for shade, colour in zip(SHADES, colours, strict=True)}


STONE = scale(
    "#faf9f7", "#f3f1ed", "#e6e2da", "#d3cdc2", "#a09a90", "#736d64",
    "#565049", "#433e39", "#2a2724", "#1b1917", "#0e0d0c",
)  # fmt: skip
LAGOON = scale(
    "#f0f7f9", "#d9eaf0", "#b7d7e1", "#88bccc", "#5fa6bc", "#3f8ca4",
    "#26697f", "#1f4e5f", "#1b4150", "#183642", "#0e222b",
)  # fmt: skip
PLUM = scale(
    "#faf5fa", "#f3e8f3", "#e6d0e7", "#d2add4", "#bd86c0", "#ad6fb1",
    "#86468b", "#6d3872", "#59305d", "#4a2a4d", "#2c142f",
)  # fmt: skip


def theme(primary: dict[str, str], navigation: str, **more: Any) -> dict[str, Any]:
    """Unfold's settings of one site."""
    return {
        "SITE_SYMBOL": "handshake",
        "SITE_URL": None,
        "BORDER_RADIUS": "6px",
        "SHOW_VIEW_ON_SITE": False,
        "SHOW_BACK_BUTTON": False,
        "COLORS": {"base": STONE, "primary": primary},
        "STYLES": [lambda request: static("admin_kit.css")],
        "SIDEBAR": {
            "show_search": False,
            "show_all_applications": False,
            "navigation": navigation,
        },
        **more,
    }


ADMIN = theme(
    LAGOON,
    "leadercrm.core.admin_kit.navigation.tenant_navigation",
    SITE_TITLE=_("Leader CRM administration"),
    SITE_HEADER="Leader CRM",
    SITE_SUBHEADER=_("Administration"),
)
OPERATOR = theme(
    PLUM,
    "leadercrm.operators.site.operator_navigation",
    SITE_TITLE=_("Leader CRM platform"),
    SITE_HEADER="Leader CRM",
    SITE_SUBHEADER=_("Platform"),
)
