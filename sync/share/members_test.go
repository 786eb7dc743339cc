package share

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
	"lanyard/sync/role"
)

// TestAnswersCountForTheirInvitation: the rule by itself, with answers of the old form, which name no invitation.
func TestAnswersCountForTheirInvitation(t *testing.T) {
	anna, ben := someone(t), someone(t)
	list := memberList{Share: newID(), Name: "Plans", Owner: anna.Person(), Members: []entry{entryOf(anna), entryOf(ben)}}
	first := signed1(t, anna, list, nil)
	old := word(t, ben, answer{Share: list.Share, Kind: declined, Counter: 1})
	var plain map[uint64]any
	if err := wire.Unmarshal(old.Body, &plain); err != nil || plain[7] != nil {
		t.Fatalf("an answer to the first invitation has a number: %v, %v", plain, err)
	}
	m := hear(t, first, old)
	if s := m.state(ben.Person()); s != IsRefused {
		t.Fatalf("an answer of the old form to the first invitation makes Ben %q", s)
	}
	list.Members[1].Invited = 2
	m = signed1(t, anna, list, &m)
	if s := m.state(ben.Person()); s != IsInvited {
		t.Fatalf("invited once more Ben is %q", s)
	}
	m = hear(t, m, word(t, ben, answer{Share: list.Share, Kind: declined, Counter: 9}))
	if s := m.state(ben.Person()); s != IsInvited {
		t.Fatalf("an old answer, however high its counter, makes Ben %q", s)
	}
	yes, err := signAnswer(ben, m, accepted, 0)
	if err != nil {
		t.Fatal(err)
	}
	m = hear(t, m, yes)
	m = hear(t, m, word(t, ben, answer{Share: list.Share, Kind: gone, Counter: 99}))
	if s := m.state(ben.Person()); s != IsMember {
		t.Fatalf("having accepted what stands, and with an old answer after it, Ben is %q", s)
	}
	late := hear(t, first, yes) // who has only the old list keeps the word until the list comes
	if s := late.state(ben.Person()); s != IsInvited {
		t.Fatalf("by the old list Ben is %q", s)
	}
	if s := openWith(t, m, late).state(ben.Person()); s != IsMember {
		t.Fatalf("with the list that came after the answer Ben is %q", s)
	}
	list.Members[1].Invited = 17
	if _, err := signList(anna, list, &m); err == nil {
		t.Error("a list that names a list to come as an invitation was signed")
	}
}

func someone(t *testing.T) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func entryOf(id *identity.Identity) entry {
	return entry{Person: id.Person(), Name: "somebody", Role: role.ReadWrite, State: active, List: id.FirstPersonList()}
}

func signed1(t *testing.T, id *identity.Identity, list memberList, old *membership) membership {
	t.Helper()
	m, err := signList(id, list, old)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func word(t *testing.T, id *identity.Identity, a answer) signed {
	t.Helper()
	a.Peer, a.Person = id.PeerID(), id.Person()
	body, err := wire.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return signed{Body: body, Signature: id.Sign(answerContext, body)}
}

func hear(t *testing.T, m membership, s signed) membership {
	t.Helper()
	next, _, err := m.withAnswer(s)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// openWith is the newer list with the answers that another knows.
func openWith(t *testing.T, list, answers membership) membership {
	t.Helper()
	m, err := openMembers(list.signed)
	if err != nil {
		t.Fatal(err)
	}
	return m.withAnswers(answers.signedAnswers())
}
