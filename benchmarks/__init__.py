"""Made-up worlds of any size, and how long Sousveil takes over them beside plain networkx."""
