"""The reference pages that are generated from the code and kept in docs/reference."""

from itertools import groupby

from huoqi.web.problems import wordings

_HEAD = """\
# Error codes

Every refusal is a problem document (RFC 9457) with one of these codes. A code is stable: it is
never renamed and never reused. The texts follow the reader's `Accept-Language` (zh-CN or en);
`{names}` are filled from the facts of the refusal, which the document also carries as `facts`.

This page is generated from `src/huoqi/web/problem_texts.toml`; a test compares the two.
"""


def errors_markdown() -> str:
    """Return the page of all codes: status, texts in both languages, what to do next."""
    codes = sorted(wordings().items())
    parts = [_HEAD]
    for area, group in groupby(codes, key=lambda entry: entry[0].partition(".")[0]):
        parts.append(f"\n## {area}\n")
        for code, wording in group:
            title, detail, step = wording.en
            title_zh, detail_zh, step_zh = wording.zh
            parts.append(
                f'\n### <a id="{code}"></a>`{code}` · {wording.status}\n\n'
                f"**{title}.** {detail} Next: {step}\n\n"
                f"**{title_zh}。** {detail_zh}下一步：{step_zh}\n"
            )
    return "".join(parts)
