"""A live tenant as tenant files: read whole, made into declared resources, written all or not at all."""
