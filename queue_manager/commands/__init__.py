"""The commands of `queue-manager`, a file each."""
