"""The API of the watch room, `/api/v1`: what its pages show and take, for programs."""
