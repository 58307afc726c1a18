"""Many files at once, on several processes and with what is known of former runs: for the command line, and for an
editor's whole workspace."""
