"""The pieces that fixes are made of: where `await` may stand, imports, new names, new lines.

Every piece yields edits that touch no more than they must, so that comments, blank lines and quotes stay.
"""
