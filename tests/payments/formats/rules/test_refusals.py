"""A refusal says where, and keeps its kind when it learns more of that."""

from huoqi.payments.formats.rules.refusals import AmountMalformed


def test_a_refusal_can_be_told_its_place() -> None:
    found = AmountMalformed(detail="nought").at(element="Stmt/Ntry/Amt", line=7)

    assert isinstance(found, AmountMalformed)
    assert dict(found.params) == {"line": 7, "element": "Stmt/Ntry/Amt", "detail": "nought"}
    assert str(found) == (
        "statement.amount_malformed (line=7, element=Stmt/Ntry/Amt, detail=nought)"
    )
