"""Every port in memory, behind one lock. `world.World` is the store, `bench.Bench` the application on it."""
