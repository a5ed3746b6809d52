"""Face ID: finding faces, turning them upright, making a vector of each, and comparing vectors."""
