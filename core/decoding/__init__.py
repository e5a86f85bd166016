"""What reads audio: signatures of containers, libsndfile, and FFmpeg for the rest."""
