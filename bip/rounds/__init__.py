"""When a person is asked, who may read which answers when, and the codes that let a participant in."""
