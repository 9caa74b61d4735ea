"""The rules of the contest. Imports only the standard library."""
