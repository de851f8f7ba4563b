"""The figures: poses as data in, still and moving pictures of a person out. Pure geometry and drawing."""
