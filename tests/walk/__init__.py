"""Citizens played over HTTP alone, from following to the money."""
