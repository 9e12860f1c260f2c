"""How well an agent works with the tools: tasks as people give them, graded by the state that they leave."""
