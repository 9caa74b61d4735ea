"""`./contest doctor` checks a deployment; `./contest warm` prepares it for the opening."""
