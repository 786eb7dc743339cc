package blob

import "fmt"

// ScopeKind says what a scope's ID is of.
type ScopeKind uint8

// The kinds of docs/protocol.md section 7.
const (
	ShareContent ScopeKind = 1 // a shared folder: 16 bytes, its share ID
	FileContent  ScopeKind = 2 // a file in a message: 32 bytes, its event's ID
)

// Scope is the reason why somebody may have content: it lies in this shared folder, or was offered by this message. It is comparable.
type Scope struct {
	Kind ScopeKind
	ID   [32]byte // a share's 16 bytes are followed by zeros
}

// ShareScope is the scope of what lies in a shared folder.
func ShareScope(share [16]byte) Scope {
	s := Scope{Kind: ShareContent}
	copy(s.ID[:], share[:])
	return s
}

// FileScope is the scope of what was offered by a message.
func FileScope(event [32]byte) Scope { return Scope{Kind: FileContent, ID: event} }

// Share returns the ID of the shared folder that the scope is of.
func (s Scope) Share() [16]byte { return [16]byte(s.ID[:16]) }

func (k ScopeKind) size() int {
	if k == ShareContent {
		return 16
	}
	return 32
}

func (s Scope) bytes() []byte { return s.ID[:s.Kind.size()] }

func scopeOf(kind ScopeKind, id []byte) (Scope, error) {
	s := Scope{Kind: kind}
	if len(id) != kind.size() {
		return s, fmt.Errorf("a scope ID of %d bytes for kind %d", len(id), kind)
	}
	copy(s.ID[:], id)
	return s, nil
}
