package lantest

// Unprivileged has the network made as an ordinary user must, even if we are root.
func (n *Net) Unprivileged() { n.user = true }
