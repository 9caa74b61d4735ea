"""Every port in memory, under one lock. `world.World` is the store, `bench.Bench` the application on it."""
