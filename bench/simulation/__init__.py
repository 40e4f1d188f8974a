"""A company that lives under faults and dies again and again, all of it drawn from one seed."""
