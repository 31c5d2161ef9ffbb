"""Pure rules and arithmetic: values in, values out; no I/O, no clock, no framework."""
