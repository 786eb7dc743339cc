package blob

import (
	"context"
	"errors"
	"io"

	"lanyard/internal/chunk"
	"lanyard/internal/identity"
)

// Source has content and decides who may have it.
type Source interface {
	// Open returns content by its hash if the person may have it in this scope. It is called for each request that asks for parts of it,
	// on several goroutines at once. Content that is not there and content that is not for this person are ErrGone, so that nobody can
	// find out which it is; content that is no longer what the hash says is ErrChanged, content that a person holds for now ErrPaused, also from ReadAt; any other error is told as unreadable.
	Open(ctx context.Context, from identity.PersonID, scope Scope, hash Hash) (Content, error)
}

// Lister is a Source that knows of which chunks its contents consist.
type Lister interface {
	Source
	// Chunks returns the chunks of a content under the same rules as Open; ErrGone also when it has none.
	Chunks(ctx context.Context, from identity.PersonID, scope Scope, hash Hash) (chunk.List, error)
}

// Content is open content. It is read by one goroutine at a time and closed once.
type Content interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Errors about one item.
var (
	ErrGone       = errors.New("the content is not there any more, or not for us")
	ErrChanged    = errors.New("the content has changed meanwhile")
	ErrUnreadable = errors.New("the other side cannot read the content")
	ErrPaused     = errors.New("the other side holds the content for now")
	ErrMismatch   = errors.New("the content that came is not what was asked for")
)

// reason is the number that stands for an error in a gone frame.
type reason uint64

const (
	reasonGone       reason = 1
	reasonChanged    reason = 2
	reasonUnreadable reason = 3
	reasonPaused     reason = 4
)

func reasonOf(err error) reason {
	switch {
	case errors.Is(err, ErrGone):
		return reasonGone
	case errors.Is(err, ErrChanged), errors.Is(err, io.EOF): // shorter than it was
		return reasonChanged
	case errors.Is(err, ErrPaused):
		return reasonPaused
	}
	return reasonUnreadable
}

func (r reason) err() error {
	switch r {
	case reasonGone:
		return ErrGone
	case reasonChanged:
		return ErrChanged
	case reasonPaused:
		return ErrPaused
	}
	return ErrUnreadable
}
