"""This application beside a claim with one counter row, which is what people usually write."""
