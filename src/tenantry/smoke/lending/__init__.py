"""What a run borrows from inside the tenant: ids, secrets, and users that live as long as the run."""
