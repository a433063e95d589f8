"""Mutation tests of the money modules: each small wrong change must make a test fail. `make mutants` runs them."""
