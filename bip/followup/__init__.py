"""Activities, steps, events, exits and follow-ups of an enrolment, and what they show together."""
