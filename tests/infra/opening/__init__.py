"""The model of the opening: nobody is lost in it, no limit is exceeded, and a simple case has its closed form."""
