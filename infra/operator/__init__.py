"""The operators' command, `./contest`: a module for each group of commands, `cloud` for stacks, `doctor` for checks."""
