"""Links of the documentation that leave its folder lead nowhere on the site: their text stays."""

import re

LEAVING = re.compile(r"\[([^\]]+)\]\((?:\.\./[^)]*|decisions(?:/[^)]*)?)\)")


def on_page_markdown(markdown, **_):
    return LEAVING.sub(r"\1", markdown)
