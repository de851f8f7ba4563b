"""How a prompt reaches the screen: one notifier per desktop's means, and a chain that picks among them."""
