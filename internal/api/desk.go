package api

import "context"

// ChooseFolder asks the person at the desk for a folder. Codes: cancelled, no-dialog.
func (c *Client) ChooseFolder(ctx context.Context, title string) (Chosen, error) {
	var v Chosen
	return v, c.call(ctx, "POST", "/dialogs/folder", DialogRequest{title}, &v)
}

// Window makes a one-time URL of the window and, unless print is set, opens it.
func (c *Client) Window(ctx context.Context, print bool) (WindowAnswer, error) {
	var v WindowAnswer
	return v, c.call(ctx, "POST", "/window", WindowRequest{print}, &v)
}

// Attend tells what is on screen right now.
func (c *Client) Attend(ctx context.Context, a Attention) error {
	return c.call(ctx, "PUT", "/attention", a, nil)
}

// Idle tells for how long nobody touched keyboard and mouse.
func (c *Client) Idle(ctx context.Context, seconds float64) error {
	return c.call(ctx, "PUT", "/idle", IdleReport{seconds}, nil)
}

// AnswerTray answers a request that came over the stream of Tray.
func (c *Client) AnswerTray(ctx context.Context, id string, a TrayAnswer) error {
	return c.call(ctx, "POST", at("tray", "requests", id), a, nil)
}

// TrayClicked tells that a notification was clicked: the window opens and shows what it was about.
func (c *Client) TrayClicked(ctx context.Context, n Notification) error {
	return c.call(ctx, "POST", "/tray/clicked", Focus{Conversation: n.Conversation, Share: n.Share}, nil)
}
