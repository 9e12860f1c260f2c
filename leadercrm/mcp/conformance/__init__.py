"""The protocol's own test suites against our door: `make conformance`. Nothing of it is in the product's way."""
