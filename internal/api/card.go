package api

import "context"

// MaxPicture is how many bytes the file may have that the picture of a card is made of.
const MaxPicture = 8 << 20

// Card is what a person tells of themselves. Empty fields are not told.
type Card struct {
	Person  string `json:"person"`
	Name    string `json:"name"`
	Role    string `json:"role,omitempty"`
	Room    string `json:"room,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Picture []byte `json:"picture,omitempty"` // a JPEG of 96 x 96 pixels
}

// CardRequest is the body of PUT /me/card: what is left out stays as it is. Picture is a JPEG or PNG of any size up to MaxPicture; an empty one takes it away.
type CardRequest struct {
	Role    *string `json:"role,omitempty"`
	Room    *string `json:"room,omitempty"`
	Phone   *string `json:"phone,omitempty"`
	Picture *[]byte `json:"picture,omitempty"`
}

// Card tells what a person tells of themselves.
func (c *Client) Card(ctx context.Context, person string) (Card, error) {
	var v Card
	return v, c.call(ctx, "GET", at("peers", person, "card"), nil, &v)
}

// MyCard tells what I tell of myself.
func (c *Client) MyCard(ctx context.Context) (Card, error) {
	var v Card
	return v, c.call(ctx, "GET", "/me/card", nil, &v)
}

// SetCard changes what I tell of myself.
func (c *Client) SetCard(ctx context.Context, r CardRequest) (Card, error) {
	var v Card
	return v, c.call(ctx, "PUT", "/me/card", r, &v)
}
