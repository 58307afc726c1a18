"""What is at work inside of a program that is watched: `spooky run` starts it there, the pytest plugin in the tests.

Nothing but the standard library is imported here, and nothing else of this package: it runs under the project's
interpreter, where nothing else may be installed.
"""
