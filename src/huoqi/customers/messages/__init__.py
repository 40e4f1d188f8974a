"""The message sender: whoever brings a code to a phone."""
