package api

import (
	"context"
	"time"
)

// Words is how far two people are with making sure who the other is: both see the same four words unless somebody sits between their machines.
type Words struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Apart  string     `json:"apart,omitempty"`  // as in Author
	State  string     `json:"state"`            // none, comparing
	Words  []string   `json:"words,omitempty"`  // comparing: four
	Digits string     `json:"digits,omitempty"` // comparing: the same as two groups of five digits
	Mine   bool       `json:"mine"`             // our person began it
	Until  *time.Time `json:"until,omitempty"`  // comparing: when it ends by itself
	Ended  string     `json:"ended,omitempty"`  // in events: why there is nothing to compare any more: same, different, spoiled, given-up, broken, late
	Theirs bool       `json:"theirs,omitempty"` // ended different: the other says so
	Trust  string     `json:"trust"`            // as in Peer
}

// Distinct is as that of Author.
func (w Words) Distinct() string { return distinct(w.Name, w.Apart) }

// WordsAnswer is the body of PUT /peers/{person}/words: whether the words that the other person read out are those shown here.
type WordsAnswer struct {
	Same *bool `json:"same"` // must be given: left out it would end the comparison as if they differed
}

// CompareWords begins a comparison with a person who is here, or joins the one under way.
func (c *Client) CompareWords(ctx context.Context, person string) (Words, error) {
	var v Words
	return v, c.call(ctx, "POST", at("peers", person, "words"), nil, &v)
}

// Words tells how far the comparison with a person is.
func (c *Client) Words(ctx context.Context, person string) (Words, error) {
	var v Words
	return v, c.call(ctx, "GET", at("peers", person, "words"), nil, &v)
}

// AnswerWords ends a comparison: the words are the same, and the person is verified, or they differ.
func (c *Client) AnswerWords(ctx context.Context, person string, same bool) (Words, error) {
	var v Words
	return v, c.call(ctx, "PUT", at("peers", person, "words"), WordsAnswer{Same: &same}, &v)
}

// Doubt takes back that a person is verified, or that words differed, and gives up a comparison.
func (c *Client) Doubt(ctx context.Context, person string) (Words, error) {
	var v Words
	return v, c.call(ctx, "DELETE", at("peers", person, "words"), nil, &v)
}
