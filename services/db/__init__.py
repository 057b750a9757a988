"""Tables, queries and transactions. Rows stay here; plain data of `services.domain` leaves."""
