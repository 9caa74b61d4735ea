"""`./contest doctor` and `./contest warm`: what can be wrong with a deployment, and making it ready for the opening."""
