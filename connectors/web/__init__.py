"""HTTP: `/metrics`, `/healthz` and `/readyz`."""
