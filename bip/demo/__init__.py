"""An invented organisation to try the platform with. Nothing here runs in a real installation."""
