package api

import "context"

// Peers lists everybody met, one row per machine.
func (c *Client) Peers(ctx context.Context) ([]Peer, error) {
	var v []Peer
	return v, c.call(ctx, "GET", "/peers", nil, &v)
}

// Add reaches a colleague at HOST or HOST:PORT.
func (c *Client) Add(ctx context.Context, address string) (Peer, error) {
	var v Peer
	return v, c.call(ctx, "POST", "/peers", AddRequest{address}, &v)
}

// Blocked lists who is blocked, one row per person, also those who were taken off the list since.
func (c *Client) Blocked(ctx context.Context) ([]Peer, error) {
	var v []Peer
	return v, c.call(ctx, "GET", "/blocked", nil, &v)
}

// Forget takes a person off the list; they come back when they are met again, unless they are blocked. Whether they are, are verified or differ stays.
func (c *Client) Forget(ctx context.Context, person string) error {
	return c.call(ctx, "DELETE", at("peers", person), nil, nil)
}

// Block closes the link to a person and refuses any further one.
func (c *Client) Block(ctx context.Context, person string) error {
	return c.call(ctx, "POST", at("peers", person, "block"), nil, nil)
}

// Unblock undoes Block.
func (c *Client) Unblock(ctx context.Context, person string) error {
	return c.call(ctx, "POST", at("peers", person, "unblock"), nil, nil)
}
