"""Dated rules: limits, cut-offs, fees, licences, each with its source and its time in force."""
