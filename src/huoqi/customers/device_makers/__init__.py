"""The accounts of device makers, asked over OpenID Connect."""
