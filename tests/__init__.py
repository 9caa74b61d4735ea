"""Tests. The folders mirror the tree that they test; further suites cover races, faults, the browser and the
package."""
