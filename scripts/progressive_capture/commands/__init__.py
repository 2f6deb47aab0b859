"""Commands that are no capture script, one small file each."""
