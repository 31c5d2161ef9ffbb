"""The database: tables, migrations, and an implementation of each port that needs them."""
