"""What participant and caseworker look at together: agreement, change, the next steps."""
