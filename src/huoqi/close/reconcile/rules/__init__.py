"""Pure rules of matching: classes, groups that add up, what to do about them."""
