"""What of a campaign's HTML goes into a mail, or onto a page: structure, text, pictures and links; nothing that runs.

It is cleaned when it is saved, and again by whatever shows it or sends it: rules may have become stricter since.
"""

import nh3

TAGS = set(
    """
    a abbr b blockquote br caption center code col colgroup dd del div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6
    hr i img ins li ol p pre s small span strike strong sub sup table tbody td tfoot th thead tr u ul
    """.split()  # noqa: SIM905 - read as a table
)
LOOKS = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "dir", "height", "lang", "style",
         "title", "valign", "width"}  # fmt: skip
ATTRIBUTES = {
    "*": LOOKS,
    "a": {"href", "target"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "font": {"face", "size"},
    "ol": {"start", "type"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Neither url() nor anything that positions a text over ours.
STYLES = set(
    """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width color display font font-family font-size font-style font-weight
    height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-width
    min-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-transform
    vertical-align white-space width word-break
    """.split()  # noqa: SIM905 - read as a table
)
_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style", "title", "noscript", "iframe", "object", "embed", "template", "svg", "math"},
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
    filter_style_properties=STYLES,
)


def clean(html: str) -> str:
    """The same HTML without what may not be there."""
    return _cleaner.clean(html)
