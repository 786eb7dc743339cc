package api

import "context"

// Status tells who I am, who is here, what is shared and what is wrong.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var v Status
	return v, c.call(ctx, "GET", "/status", nil, &v)
}

// Snapshot tells everything that a window shows at its start.
func (c *Client) Snapshot(ctx context.Context) (Snapshot, error) {
	var v Snapshot
	return v, c.call(ctx, "GET", "/snapshot", nil, &v)
}

// Doctor examines this machine and network; it may take some seconds.
func (c *Client) Doctor(ctx context.Context) ([]Finding, error) {
	var v []Finding
	return v, c.call(ctx, "GET", "/doctor", nil, &v)
}

// Stop asks the agent to end. It returns once the agent agreed; the agent's lock on its profile is free when it has ended.
func (c *Client) Stop(ctx context.Context) error { return c.call(ctx, "POST", "/stop", nil, nil) }

// SetName changes my name, at once for everybody.
func (c *Client) SetName(ctx context.Context, name string) (Me, error) {
	var v Me
	return v, c.call(ctx, "PUT", "/me/name", NameRequest{name}, &v)
}

// SetPresence changes what others see of me: available, away, busy or invisible, and a text beside it.
func (c *Client) SetPresence(ctx context.Context, presence, text string) (Me, error) {
	var v Me
	return v, c.call(ctx, "PUT", "/me/presence", PresenceRequest{presence, text}, &v)
}
