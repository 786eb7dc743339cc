package api

import "context"

// Marks is what we note about a person. Favourites and groups are ours alone; Live is told to the person.
type Marks struct {
	Favourite bool     `json:"favourite"`
	Groups    []string `json:"groups"`
	Live      bool     `json:"live"` // live text is switched on with them
}

// MarksRequest is the body of PUT /peers/{person}/marks: what is left out stays as it is. Groups replaces all of them.
type MarksRequest struct {
	Favourite *bool     `json:"favourite,omitempty"`
	Groups    *[]string `json:"groups,omitempty"`
	Live      *bool     `json:"live,omitempty"`
}

// Mark changes what we note about a person.
func (c *Client) Mark(ctx context.Context, person string, r MarksRequest) (Marks, error) {
	var v Marks
	return v, c.call(ctx, "PUT", at("peers", person, "marks"), r, &v)
}

// GroupRequest is the body of POST /groups: people to add to a group of the list, or to take out.
type GroupRequest struct {
	Name   string   `json:"name"`
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// RenameGroupRequest is the body of PUT /groups/{name}.
type RenameGroupRequest struct {
	Name string `json:"name"` // the new one
}

// Group is one group of the list.
type Group struct {
	Name   string   `json:"name"`
	People []Author `json:"people"`
}

// Groups lists the groups, by name.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	var v []Group
	return v, c.call(ctx, "GET", "/groups", nil, &v)
}

// RenameGroup gives a group of the list another name.
func (c *Client) RenameGroup(ctx context.Context, old, fresh string) ([]Group, error) {
	var v []Group
	return v, c.call(ctx, "PUT", at("groups", old), RenameGroupRequest{Name: fresh}, &v)
}

// ChangeGroup adds people to a group or takes them out. A group that nobody is in any more is gone.
func (c *Client) ChangeGroup(ctx context.Context, r GroupRequest) ([]Group, error) {
	var v []Group
	return v, c.call(ctx, "POST", "/groups", r, &v)
}
