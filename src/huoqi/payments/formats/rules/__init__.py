"""What stands in banks' files, decided without reading or writing any."""
