"""The kinds of fix: a module for each, whose public functions are what rules list in the order of preference.

A fixer looks at the site of one finding and yields what it can do there: nothing where it would not be right.
"""
