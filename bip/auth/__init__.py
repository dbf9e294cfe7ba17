"""Who a member of staff is, and what the role allows. Participants have no account and never come here."""
