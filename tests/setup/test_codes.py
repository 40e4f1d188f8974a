"""The check of refusals."""

from tools import codes

CLOSED = '''
class FundClosed(DomainError):
    """The fund takes no orders."""

    code: ClassVar[str] = "fund.closed"
'''
TEXTS: dict[str, dict[str, object]] = {"fund.closed": {"en": ["Closed"], "zh": ["已关闭"]}}


def found(source: str) -> list[codes.Refusal]:
    return list(codes.refusals(source, name="fund.py"))


def test_a_described_refusal_with_texts_is_accepted() -> None:
    assert codes.findings(found(CLOSED), TEXTS) == []


def test_a_code_used_twice_is_found() -> None:
    doubled = found(CLOSED + CLOSED.replace("FundClosed", "FundShut"))

    assert codes.findings(doubled, TEXTS) == ["fund.py:10: fund.closed is at fund.py:5 already"]


def test_a_code_without_a_text_is_found() -> None:
    assert codes.findings(found(CLOSED), {}) == [
        "fund.py:5: fund.closed has no text in problem_texts.toml"
    ]


def test_a_code_without_a_description_is_found() -> None:
    bare = CLOSED.replace('    """The fund takes no orders."""\n', "")

    assert codes.findings(found(bare), TEXTS) == [
        "fund.py:4: fund.closed does not say what it means"
    ]


def test_a_text_that_nothing_raises_is_found() -> None:
    assert codes.wording_findings(TEXTS, source="") == [
        "fund.closed: nothing raises it, yet it has a text"
    ]
