"""What a model sees, how it is fitted, and what is measured; TensorFlow stays behind it."""
