package share

import (
	"bytes"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/role"
)

// FuzzMembers: a list that decodes is signed by its owner, valid, and the same bytes again; nothing else is taken.
func FuzzMembers(f *testing.F) {
	id, err := identity.Generate()
	if err != nil {
		f.Fatal(err)
	}
	m, err := signList(id, memberList{Share: newID(), Name: "Plans", Owner: id.Person(), Members: []entry{
		{Person: id.Person(), Name: "Anna", Role: role.ReadWrite, State: active, List: id.FirstPersonList()}}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.signed.Body, m.signed.Signature)
	f.Add(m.signed.Body[:len(m.signed.Body)-1], m.signed.Signature)
	f.Fuzz(func(t *testing.T, body, signature []byte) {
		got, err := openMembers(signed{Body: body, Signature: signature})
		if err != nil {
			if got.list.Members != nil || got.keys != nil {
				t.Fatal("a list beside an error")
			}
			return
		}
		if err := got.list.validate(); err != nil {
			t.Fatalf("a list was taken that is not valid: %v", err)
		}
		if got.verify(got.list.Owner, listContext, signed{Body: body, Signature: signature}) != nil {
			t.Fatal("a list was taken that its owner has not signed")
		}
		if _, err := openMembers(signed{Body: append(bytes.Clone(body), 0), Signature: signature}); err == nil {
			t.Fatal("a list with something behind it was taken")
		}
	})
}

// FuzzFrames: no body of a frame makes a decoder or its checks fail in other ways than by an error.
func FuzzFrames(f *testing.F) {
	k := vector.Vector{}
	k.Advance(vector.Log{ID: vector.NewLogID()}, vector.Mark{}, vector.Mark{Number: 3})
	for _, frame := range []any{
		recordsFrame{Share: newID(), Mode: snapshotEnd, K: k, Records: []item{{Number: 1, Record: []byte{1}, Content: []byte("x")}}},
		knowledgeFrame{Share: newID(), Number: 1, K: k, A: k, Except: []wireException{{Number: 1, Reason: 2}}},
		membersFrame{Share: newID(), Answers: []signed{{Body: []byte("a")}}}, answerFrame{Share: newID()},
		editingFrame{Share: newID(), Edits: []wireEdit{{Path: "Plans/Budget.xlsx", Since: 1}, {Path: "../x", Since: -1}}},
	} {
		b, err := wire.Marshal(frame)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var records recordsFrame
		if wire.Unmarshal(b, &records) == nil && records.validate() == nil {
			for _, it := range records.Records {
				if it.Number == 0 || len(it.Content) > maxRiding {
					t.Fatal("a record out of bounds was let through")
				}
			}
			again, err := wire.Marshal(records)
			if err != nil || len(again) > 2*len(b)+64 {
				t.Fatalf("%d bytes became %d, %v", len(b), len(again), err)
			}
		}
		var editing editingFrame
		if wire.Unmarshal(b, &editing) == nil && editing.validate() == nil {
			for _, e := range editing.Edits {
				if at, err := time.UnixMilli(e.Since).MarshalText(); err != nil || name.CheckPath(e.Path) != nil {
					t.Fatalf("%q is said to be open since %s, %v", e.Path, at, err)
				}
			}
		}
		var known knowledgeFrame
		if wire.Unmarshal(b, &known) == nil {
			if _, err := wire.Marshal(known); err != nil {
				t.Fatal(err)
			}
		}
		var members membersFrame
		if wire.Unmarshal(b, &members) == nil {
			if _, err := openMembers(signed{Body: members.List, Signature: members.Signature}); err == nil {
				t.Fatal("a list was taken that nobody signed")
			}
		}
	})
}

// FuzzContext: the form of contexts in the database reads back as it was written.
func FuzzContext(f *testing.F) {
	f.Add(make([]byte, contextEntry))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeContext(b)
		if err != nil {
			return
		}
		if !bytes.Equal(encodeContext(c), b) {
			t.Fatal("a context changed on its way")
		}
	})
}
