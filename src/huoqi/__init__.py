"""Huoqi (活期): an open-source, self-hosted consumer-finance platform."""
