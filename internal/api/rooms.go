package api

import (
	"context"
	"time"
)

// Room is a conversation of invited members, or one that is open to the office and that we may join (Member is false then, and Members empty).
type Room struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	Open           bool            `json:"open"`          // anybody in the office finds and joins it
	ClosedHistory  bool            `json:"closedHistory"` // who comes later does not get what was written before
	Creator        Author          `json:"creator"`
	Time           time.Time       `json:"time"`           // when it was made, by the creator's clock
	Member         bool            `json:"member"`         // we are one
	Over           bool            `json:"over,omitempty"` // we were one and are none any more: left, or removed, see Ended
	Size           int             `json:"size"`           // number of members
	Members        []RoomMember    `json:"members"`
	Groups         []RoomGroup     `json:"groups,omitempty"`         // to mention, the oldest name first
	InvitedBy      *Author         `json:"invitedBy,omitempty"`      // who brought us in; left out if we made it or came by ourselves
	Unopened       bool            `json:"unopened,omitempty"`       // somebody brought us in, and we never opened it
	Quiet          bool            `json:"quiet,omitempty"`          // no notice until it is opened: we never wrote to who brought us in
	Refused        int             `json:"refused,omitempty"`        // messages of ours that only we see: see Message
	RefusedChanges *RefusedChanges `json:"refusedChanges,omitempty"` // and what else of ours was refused
	LookalikeOf    string          `json:"lookalikeOf,omitempty"`    // what else has this name or one that looks like it: office, person, room
	Ended          *RoomEnd        `json:"ended,omitempty"`          // of a room that we were a member of: what was said stays here
}

// RoomEnd tells how our part in a room ended.
type RoomEnd struct {
	What string    `json:"what"` // left, removed
	By   Author    `json:"by"`
	Time time.Time `json:"time"`
}

// RoomGroup is some members who are mentioned together.
type RoomGroup struct {
	Name    string   `json:"name"`
	Members []string `json:"members"` // person IDs
}

// RoomGroupRequest is the body of PUT /rooms/{id}/groups. Without anybody in With the group is taken away.
type RoomGroupRequest struct {
	Name string   `json:"name"`
	With []string `json:"with"`
}

// Room returns one room.
func (c *Client) Room(ctx context.Context, room string) (Room, error) {
	var v Room
	return v, c.call(ctx, "GET", at("rooms", room), nil, &v)
}

// NameGroup gives members of a room a name by which they are mentioned together, in the place of a group of that name.
func (c *Client) NameGroup(ctx context.Context, room, name string, with []string) (Room, error) {
	var v Room
	if with == nil {
		with = []string{}
	}
	return v, c.call(ctx, "PUT", at("rooms", room, "groups"), RoomGroupRequest{name, with}, &v)
}

// RoomMember is a person in a room.
type RoomMember struct {
	ID        string `json:"id"` // person ID
	Name      string `json:"name"`
	MayRemove bool   `json:"mayRemove"`       // other members
	Waits     bool   `json:"waits,omitempty"` // very much of theirs came within a day: their further messages wait until MoreOfMember
	Apart     string `json:"apart,omitempty"` // as of an Author
}

// Distinct is the member's, as of an Author.
func (m RoomMember) Distinct() string { return distinct(m.Name, m.Apart) }

// RoomChange tells who came, went or changed a room. Name is the room's, as it is now.
type RoomChange struct {
	ID   string    `json:"id"`   // of the room
	Name string    `json:"name"` // of the room
	What string    `json:"what"` // invited, joined, left, removed, renamed, entrusted (may remove others), grouped (named a group)
	By   Author    `json:"by"`
	Who  Author    `json:"who"` // whom it concerns
	Time time.Time `json:"time"`

	Message string `json:"message"` // ID of the line that tells it in the room's history

	Refused        int             `json:"refused,omitempty"`        // removed, ourselves: how many messages that we wrote without knowing it only we see
	RefusedChanges *RefusedChanges `json:"refusedChanges,omitempty"` // and what else we did then
}

// NewRoomRequest is the body of POST /rooms. All but Name may be left out.
type NewRoomRequest struct {
	Name          string   `json:"name"`
	With          []string `json:"with,omitempty"`
	Open          bool     `json:"open,omitempty"`
	ClosedHistory bool     `json:"closedHistory,omitempty"`
}

// MemberRequest is the body of POST /rooms/{id}/invite, /remove and /entrust.
type MemberRequest struct {
	Person string `json:"person"`
}

// Rooms lists our rooms, and those that we may join.
func (c *Client) Rooms(ctx context.Context) ([]Room, error) {
	var v []Room
	return v, c.call(ctx, "GET", "/rooms", nil, &v)
}

// CreateRoom makes a room of which we and those named are members at once.
func (c *Client) CreateRoom(ctx context.Context, r NewRoomRequest) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", "/rooms", r, &v)
}

// InviteToRoom makes somebody a member.
func (c *Client) InviteToRoom(ctx context.Context, room, person string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "invite"), MemberRequest{person}, &v)
}

// RemoveFromRoom ends a member's part in a room.
func (c *Client) RemoveFromRoom(ctx context.Context, room, person string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "remove"), MemberRequest{person}, &v)
}

// EntrustInRoom lets a member remove others.
func (c *Client) EntrustInRoom(ctx context.Context, room, person string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "entrust"), MemberRequest{person}, &v)
}

// MoreOfMember has what waits of a member fetched, of whom very much came.
func (c *Client) MoreOfMember(ctx context.Context, room, person string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "more"), MemberRequest{person}, &v)
}

// JoinRoom makes us a member of a room that is open to the office.
func (c *Client) JoinRoom(ctx context.Context, room string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "join"), nil, &v)
}

// LeaveRoom ends our part in a room.
func (c *Client) LeaveRoom(ctx context.Context, room string) (Room, error) {
	var v Room
	return v, c.call(ctx, "POST", at("rooms", room, "leave"), nil, &v)
}

// ForgetRoom takes a room off the list that we are no member of any more, with all that was said in it on this machine. Received files stay.
func (c *Client) ForgetRoom(ctx context.Context, room string) error {
	return c.call(ctx, "DELETE", at("rooms", room), nil, nil)
}

// RenameRoom gives a room another name, for everybody.
func (c *Client) RenameRoom(ctx context.Context, room, name string) (Room, error) {
	var v Room
	return v, c.call(ctx, "PUT", at("rooms", room, "name"), NameRequest{name}, &v)
}
