"""Orders into records, and columns of records into answers, shares and income: pure."""
