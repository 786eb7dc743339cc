package control

import (
	"context"
	"net/http"

	"lanyard/internal/api"
)

// Rooms is conversations of many. A room is given by ID, name or ID prefix, as is a person. Each verb but Forget returns the room as it is then.
type Rooms interface {
	List(ctx context.Context) ([]api.Room, error)
	Get(ctx context.Context, room string) (api.Room, error)
	Create(ctx context.Context, r api.NewRoomRequest) (api.Room, error)
	Invite(ctx context.Context, room, person string) (api.Room, error)
	Remove(ctx context.Context, room, person string) (api.Room, error)
	Entrust(ctx context.Context, room, person string) (api.Room, error)
	More(ctx context.Context, room, person string) (api.Room, error)
	Join(ctx context.Context, room string) (api.Room, error)
	Leave(ctx context.Context, room string) (api.Room, error)
	Rename(ctx context.Context, room, name string) (api.Room, error)
	Forget(ctx context.Context, room string) error
	Group(ctx context.Context, room string, g api.RoomGroupRequest) (api.Room, error)
}

func (c *Control) routeRooms(mux *http.ServeMux) {
	p := c.parts.Rooms
	mux.Handle("GET /api/v1/rooms", list(func(r *http.Request) ([]api.Room, error) { return p.List(r.Context()) }))
	mux.Handle("POST /api/v1/rooms", post(func(r *http.Request, b api.NewRoomRequest) (api.Room, error) { return p.Create(r.Context(), b) }))
	mux.Handle("POST /api/v1/rooms/{id}/invite", post(func(r *http.Request, b api.MemberRequest) (api.Room, error) {
		return p.Invite(r.Context(), r.PathValue("id"), b.Person)
	}))
	mux.Handle("POST /api/v1/rooms/{id}/remove", post(func(r *http.Request, b api.MemberRequest) (api.Room, error) {
		return p.Remove(r.Context(), r.PathValue("id"), b.Person)
	}))
	mux.Handle("POST /api/v1/rooms/{id}/entrust", post(func(r *http.Request, b api.MemberRequest) (api.Room, error) {
		return p.Entrust(r.Context(), r.PathValue("id"), b.Person)
	}))
	mux.Handle("POST /api/v1/rooms/{id}/more", post(func(r *http.Request, b api.MemberRequest) (api.Room, error) {
		return p.More(r.Context(), r.PathValue("id"), b.Person)
	}))
	mux.Handle("POST /api/v1/rooms/{id}/join", get(func(r *http.Request) (api.Room, error) { return p.Join(r.Context(), r.PathValue("id")) }))
	mux.Handle("POST /api/v1/rooms/{id}/leave", get(func(r *http.Request) (api.Room, error) { return p.Leave(r.Context(), r.PathValue("id")) }))
	mux.Handle("DELETE /api/v1/rooms/{id}", done(func(r *http.Request) error { return p.Forget(r.Context(), r.PathValue("id")) }))
	mux.Handle("GET /api/v1/rooms/{id}", get(func(r *http.Request) (api.Room, error) { return p.Get(r.Context(), r.PathValue("id")) }))
	mux.Handle("PUT /api/v1/rooms/{id}/groups", post(func(r *http.Request, b api.RoomGroupRequest) (api.Room, error) {
		return p.Group(r.Context(), r.PathValue("id"), b)
	}))
	mux.Handle("PUT /api/v1/rooms/{id}/name", post(func(r *http.Request, b api.NameRequest) (api.Room, error) {
		return p.Rename(r.Context(), r.PathValue("id"), b.Name)
	}))
}
