"""What one sees in Actions: the job summary, annotations and outputs, from values of what the legs did."""
