"""The commands: a module for each, with its arguments, options and help, and nothing of its work.

They import click alone at the top: the language server starts through here, and every import makes an editor wait.
"""
