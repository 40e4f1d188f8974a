"""The pure rules of the fund domain: facts in, numbers and decisions out."""
