"""What tests of this library and of its plugins stand on: conformance kits and Hypothesis strategies."""
