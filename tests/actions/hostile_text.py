"""Text as somebody writes it who wants the runner, a browser or a reader to do something."""

from hypothesis import strategies as st

COMMANDS = (
    "::error::x",
    "::set-output name=a::b",
    "::add-mask::a",
    "::group::g",
    "::stop-commands::t",
    "::endgroup::",
    "##[error]x",
    "##[add-mask]a",
    "##[stop-commands]t",
    "##[group]g",
    "##[set-env name=PATH]/x",
)
PIECES = (
    *COMMANDS,
    *(
        ":",
        "::",
        "#",
        "##",
        "[",
        "]",
        "##[",
        "%0A::error::x",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\u00a0",
        "\u3000",
    ),
    *(
        "\ufeff",
        "\u200b",
        "\u2028",
        "\u0085",
        "\x0b",
        "\x0c",
        "\x1b[31m",
        "\x00",
        "ordinary text",
        "ü日🚀",
        '"',
        "\\",
    ),
)
pieces = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=12)
"""Texts as they are written one after the other."""

MARKUP = (
    *(
        "`",
        "``",
        "```",
        "~~~",
        "|",
        "\\|",
        "\\",
        "<img src=x onerror=alert(1)>",
        "<script>",
        "</code>",
        "<!--",
    ),
    *(
        "[a](https://x.test)",
        "![a](https://x.test/p.png)",
        "<https://x.test>",
        "https://x.test",
        "www.x.test",
    ),
    *(
        "@octocat",
        "#12",
        "octo/example#1",
        "a@b.test",
        "**b**",
        "_i_",
        "# h",
        "- l",
        "1. l",
        "> q",
        "---",
        "$x$",
    ),
    *(
        "&lt;",
        "&#60;",
        "\n",
        "\r\n",
        "\n\n",
        "\u2028",
        "text",
        "\x1b[31m",
        ":tada:",
        "|---|---|",
        "[^1]",
        "$`x`$",
    ),
)
markup = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=5)), min_size=1, max_size=8).map(
    "".join
)
