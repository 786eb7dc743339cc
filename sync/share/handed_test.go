package share

import (
	"errors"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// offerOf is an offer that one signs as another's, for the list of a number.
func offerOf(t *testing.T, signer, from, to *identity.Identity, share ID, number uint64) *signed {
	t.Helper()
	body, err := wire.Marshal(handover{Share: share, From: from.Person(), To: to.Person(), Number: number})
	if err != nil {
		t.Fatal(err)
	}
	return &signed{Body: body, Signature: signer.Sign(handoverContext, body)}
}

// TestHands: whose list counts follows from the offers alone, whatever the order in which lists come; and nobody owns a share without the word of the one before.
func TestHands(t *testing.T) {
	anna, ben, carla := someone(t), someone(t), someone(t)
	list := memberList{Share: newID(), Name: "Plans", Owner: anna.Person(), Members: []entry{entryOf(anna), entryOf(ben), entryOf(carla)}}
	first := signed1(t, anna, list, nil)
	taken := func(by *identity.Identity, old membership, offer *signed) membership {
		t.Helper()
		l := old.list
		l.Owner, l.Handovers, l.Offer = by.Person(), append(append([]signed{}, l.Handovers...), *offer), nil
		return signed1(t, by, l, &old)
	}
	offer := func(old membership, by, to *identity.Identity) membership {
		t.Helper()
		l := old.list
		l.Offer = offerOf(t, by, by, to, l.Share, old.list.Number+1)
		return signed1(t, by, l, &old)
	}
	toBen := offer(first, anna, ben)
	bens := taken(ben, toBen, toBen.list.Offer)
	toCarla := offer(toBen, anna, carla)
	carlas := taken(carla, toCarla, toCarla.list.Offer)
	annas := signed1(t, anna, toCarla.list, &toCarla)
	annas = signed1(t, anna, annas.list, &annas)
	bensOffer := offer(bens, ben, carla)
	further := taken(carla, bensOffer, bensOffer.list.Offer)
	for _, c := range []struct {
		what     string
		new, old membership
	}{
		{"who took it, against the list that offered it", bens, toBen},
		{"who took it, against the first list", bens, first},
		{"who took it, against later lists of who offered it", bens, annas},
		{"of two who took it, the one of the newer offer", carlas, bens},
		{"the same, though the other handed it on", carlas, further},
		{"two hands further than was known", further, first},
		{"one hand further", further, bens},
	} {
		if !c.new.follows(c.old) {
			t.Errorf("%s does not count", c.what)
		}
		if c.old.follows(c.new) {
			t.Errorf("%s: the other counts, too", c.what)
		}
	}
	alone := list
	alone.Owner = ben.Person()
	if mine := signed1(t, ben, alone, &annas); mine.follows(annas) || mine.follows(first) {
		t.Error("a list counts whose owner nobody made that")
	}
	for what, forged := range map[string]*signed{
		"one that Ben signed for Anna":        offerOf(t, ben, anna, ben, list.Share, 2),
		"one of another share":                offerOf(t, anna, anna, ben, newID(), 2),
		"one to Carla":                        offerOf(t, anna, anna, carla, list.Share, 2),
		"one of a list to come":               offerOf(t, anna, anna, ben, list.Share, 9),
		"one from Carla, who never owned it":  offerOf(t, carla, carla, ben, list.Share, 2),
		"one to somebody who is on no list":   offerOf(t, anna, anna, someone(t), list.Share, 2),
		"one without a signature that counts": {Body: toBen.list.Offer.Body},
	} {
		l := toBen.list
		l.Owner, l.Handovers, l.Offer = ben.Person(), []signed{*forged}, nil
		m, err := signList(ben, l, &toBen)
		if err == nil && m.follows(toBen) {
			t.Errorf("the share changes hands by %s", what)
		}
		if err != nil && !errors.Is(err, errList) {
			t.Errorf("%s: %v", what, err)
		}
	}
	l := toBen.list
	l.Offer = offerOf(t, ben, ben, carla, list.Share, 3)
	if _, err := signList(anna, l, &toBen); err == nil {
		t.Error("a list offers what is not its owner's word")
	}
}
