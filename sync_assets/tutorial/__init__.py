"""The tutorial application's database: its tables, which are read and filled and never altered."""
