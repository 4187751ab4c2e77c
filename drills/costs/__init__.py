"""What protection and recovery cost: one dated table of prices with its sources, and sums over what is used."""
